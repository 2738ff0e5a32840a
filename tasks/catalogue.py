"""Which tasks there are, what each asks, and how a question is put."""

from enum import StrEnum
from typing import Literal

# Stored with every answer: raise it with every change of wording in this module.
PROMPT_VERSION = 1

# The papers ask for a letter. A very small network cannot learn to look up what a
# letter stands for; it is asked for the option's text, which is read all the same.
AnswerForm = Literal["letter", "text"]

LETTERS = "ABCD"


class Axis(StrEnum):
    """The three sides of user-like thinking."""

    CREATIVE_INTENT = "CIU"
    CONTENT_ATTRIBUTES = "CAM"
    USER_INTERACTION = "UIU"


class Task(StrEnum):
    """One multiple-choice task; the value is the papers' short name."""

    TITLE_SELECTION = "TiS"
    DESCRIPTION_SELECTION = "DeS"
    TAG_MATCHING = "TaM"
    TOPIC_MATCHING = "ToM"
    CATEGORY_MATCHING = "CaM"
    COMMENT_MATCHING = "CoM"
    COMMENT_POPULARITY = "CoP"

    @property
    def axis(self) -> Axis:
        return _AXES[self]

    @property
    def noun(self) -> str:
        """What the question asks for."""
        return _NOUNS[self]


# Whose options are comments.
COMMENT_TASKS = (Task.COMMENT_MATCHING, Task.COMMENT_POPULARITY)

_AXES = {
    Task.TITLE_SELECTION: Axis.CREATIVE_INTENT,
    Task.DESCRIPTION_SELECTION: Axis.CREATIVE_INTENT,
    Task.TAG_MATCHING: Axis.CONTENT_ATTRIBUTES,
    Task.TOPIC_MATCHING: Axis.CONTENT_ATTRIBUTES,
    Task.CATEGORY_MATCHING: Axis.CONTENT_ATTRIBUTES,
    Task.COMMENT_MATCHING: Axis.USER_INTERACTION,
    Task.COMMENT_POPULARITY: Axis.USER_INTERACTION,
}
_NOUNS = {
    Task.TITLE_SELECTION: "title",
    Task.DESCRIPTION_SELECTION: "description",
    Task.TAG_MATCHING: "tags",
    Task.TOPIC_MATCHING: "topic",
    Task.CATEGORY_MATCHING: "category",
    Task.COMMENT_MATCHING: "comment",
    Task.COMMENT_POPULARITY: "comment with the most likes",
}


# Tasks whose options are names that many videos share.
LABEL_TASKS = frozenset({Task.TOPIC_MATCHING, Task.CATEGORY_MATCHING})


# What comes before a text whose likelihood without the question is wanted.
NO_QUESTION = "Answer:"


def open_question(noun: str) -> str:
    """The text without options, for the likelihood of each of them."""
    return f"Select the most appropriate {noun} based on the video."


def question(
    noun: str, options: tuple[str, ...], answer_form: AnswerForm = "letter"
) -> str:
    """The text that a model or a person is asked, options and all."""
    lines = [open_question(noun)]
    lines += [f"{LETTERS[i]}. {option}" for i, option in enumerate(options)]
    return "\n".join([*lines, f"Answer with the {answer_form} of the option."])
