"""Records for the tests of the tasks."""

from random import Random

from corpus.records import CommentRecord, VideoRecord

WORDS = {
    "cooking": ("soup", "bread", "noodles"),
    "travel": ("train", "island", "harbour"),
    "sport": ("goal", "sprint", "dive"),
    "music": ("guitar", "choir", "drum"),
    "science": ("comet", "prism", "fossil"),
}
_SYLLABLES = ("ba", "do", "ki", "lu", "me", "na", "po", "ri", "su", "ta", "ve", "zo")
# As unequal as categories on platforms are: the most frequent has a sixth.
_CATEGORIES = (
    ("Entertainment",) * 4
    + ("Music",) * 3
    + ("Gaming",) * 3
    + (
        *(
            "Sports",
            "Sports",
            "Education",
            "Education",
            "Howto",
            "Howto",
            "News",
            "News",
        ),
        *("Comedy", "Animals", "Travel", "Film", "Food", "Science"),
    )
)


def record(category: str, word: str, comment_count: int = 5) -> VideoRecord:
    """A complete record whose every text names its word."""
    return VideoRecord(
        platform="youtube",
        external_id=word,
        title=f"All about {word}",
        description=f"A long talk on {word}.",
        tags=(word, f"{word} tips"),
        topic=word,
        category=category,
        comments=tuple(
            CommentRecord(f"{word} comment {number}", 1000 - number)
            for number in range(comment_count)
        ),
    )


def corpus() -> list[VideoRecord]:
    """Fifteen records in five categories."""
    return [record(category, word) for category in WORDS for word in WORDS[category]]


def random_corpus(seed: int, count: int) -> list[VideoRecord]:
    """Records of invented words: some texts are missing, loud, or said twice."""
    random = Random(seed)  # noqa: S311
    return [_random_record(random, number) for number in range(count)]


def _random_record(random: Random, number: int) -> VideoRecord:
    tags = tuple(_word(random) for _ in range(random.randrange(7)))
    comments = tuple(
        CommentRecord(_sentence(random, 9), random.choice([None, 0, 3, 9, 70]))
        for _ in range(random.randrange(11))
    )
    category = random.choice(_CATEGORIES)
    return VideoRecord(
        platform=random.choice(["youtube", "tiktok"]),
        external_id=f"v{number}",
        title=random.choice([_sentence(random, 8), _sentence(random, 8), "", "#fyp"]),
        description=random.choice(["", _sentence(random, 30)]),
        tags=random.choice([tags, tags, ()]),
        topic=random.choice(["", f"{category} {random.randrange(4)}"]),
        category=random.choice([category, category, category, ""]),
        language=random.choice(["", "en", "en-US"]),
        comments=comments,
    )


def _sentence(random: Random, most_words: int) -> str:
    words = [_word(random) for _ in range(random.randint(2, most_words))]
    text = " ".join(words).capitalize() + random.choice(["", ".", "?", "!", " 😀"])
    if random.random() < 0.1:
        text += f" #{_word(random)}"
    return text.upper() if random.random() < 0.05 else text


def _word(random: Random) -> str:
    return "".join(random.choices(_SYLLABLES, k=random.randint(1, 4)))
