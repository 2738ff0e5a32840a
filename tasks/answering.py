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
    # The likeliest text: summed over its words, and in the two other readings, which
    # are of the same answers (`tasks.likelihoods.text_places`).
    TEXTS = "texts"
    TEXTS_PER_TOKEN = "texts_per_token"  # noqa: S105 (of a text)
    TEXTS_INFORMATION = "texts_information"


# In which a model can be asked; the others are readings of one of these.
ASKED_MODES = (Mode.LETTER, Mode.LIKELIHOOD, Mode.TEXTS)
TEXT_READINGS = (Mode.TEXTS, Mode.TEXTS_PER_TOKEN, Mode.TEXTS_INFORMATION)


class View(StrEnum):
    """What is shown with the question."""

    VIDEO = "video"
    NONE = "none"
    BLACK = "black"
    OTHER = "other"
