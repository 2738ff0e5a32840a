"""Rule R1: when two videos are known to be about different things; other refusals."""

from enum import StrEnum

from tasks.materials import Material

MOST_SHARED_TAGS = 0.2
MOST_SHARED_WORDS = 0.5
# Of the runs of five characters.
NEAR_DUPLICATE = 0.6


class Refusal(StrEnum):
    """Why a text may not be a distractor; the report counts them."""

    SAME_CATEGORY = "R1 same category"
    SAME_AUTHOR = "R1 same author"
    SAME_TOPIC = "R1 same topic"
    SHARED_TAGS = "R1 shared tags"
    SHARED_WORDS = "R1 shared words"
    # Nothing that both videos have says that they are about different things.
    NOT_KNOWN_UNRELATED = "R1 not known to be unrelated"
    ALSO_RIGHT = "R2 also right"
    NEAR_DUPLICATE = "R2 near duplicate"
    TOO_OFTEN = "R6 used too often"


def related(video: Material, other: Material) -> Refusal | None:
    """Why the other video is not known to be unrelated; None if it is (R1)."""
    if video.author and video.author == other.author:
        return Refusal.SAME_AUTHOR
    if video.category and video.category == other.category:
        return Refusal.SAME_CATEGORY
    if video.topic and video.topic == other.topic:
        return Refusal.SAME_TOPIC
    if jaccard(video.tag_keys, other.tag_keys) >= MOST_SHARED_TAGS:
        return Refusal.SHARED_TAGS
    pairs = (
        (video.category, other.category),
        (video.topic, other.topic),
        (video.tag_keys, other.tag_keys),
    )
    if not any(one and two for one, two in pairs):
        return Refusal.NOT_KNOWN_UNRELATED
    return None


def share_of_words(words: frozenset[str], others: frozenset[str]) -> float:
    """How many of the words are among the others; 0 without words."""
    return len(words & others) / len(words) if words else 0.0


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of what either has that both have; 0 if both are empty."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0
