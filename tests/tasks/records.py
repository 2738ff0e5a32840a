"""Records for the tests of the tasks."""

from corpus.records import CommentRecord, VideoRecord

WORDS = {
    "cooking": ("soup", "bread", "noodles"),
    "travel": ("train", "island", "harbour"),
    "sport": ("goal", "sprint", "dive"),
    "music": ("guitar", "choir", "drum"),
    "science": ("comet", "prism", "fossil"),
}


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
