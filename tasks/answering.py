"""How items are asked: in which manner, with what before the eyes, in which orders."""

from enum import StrEnum

# An item is asked as it is, or with its options at every place in turn.
ROTATION_COUNTS = (1, 4)


class Mode(StrEnum):
    """How an answer is found; figures of different modes are never mixed."""

    # What was said names an option.
    LETTER = "letter"
    # The likeliest of the four letters as the next word.
    LIKELIHOOD = "likelihood"


class View(StrEnum):
    """What is shown with the question."""

    VIDEO = "video"
    NONE = "none"
    BLACK = "black"
    OTHER = "other"
