"""What is asked about an utterance: two published wordings, and without the video."""

from collections.abc import Sequence
from enum import StrEnum

from tasks.mmla.sets import LabelSet

# Stored with every reply: raise it with every change of wording in this module.
PROMPT_VERSION = 1
ROTATIONS = 4


class Wording(StrEnum):
    """Which of the published wordings, which differ."""

    # The paper's appendix D.
    PAPER = "paper"
    # The authors' scripts.
    CODE = "code"


def prompt(
    labels: LabelSet,
    utterance: str,
    *,
    wording: Wording = Wording.PAPER,
    shows_video: bool = True,
    order: Sequence[str] = (),
) -> str:
    """The whole question.

    Args:
        labels: The set that is asked about.
        utterance: What the speaker says, as received.
        wording: The paper's or the code's.
        shows_video: Whether a video comes with it; without, the text alone is named.
        order: The labels in another order; empty: as published.
    """
    asked = labels.dimension_words
    names = ", ".join(order or labels.labels)
    scene = (
        "a video in which the speaker says" if shows_video else "what a speaker says"
    )
    if wording is Wording.CODE:
        basis = "text, video, and audio content" if shows_video else "text"
        return (
            f"You are presented with {scene}: {utterance}. "
            f"Based on the {basis}, what is the {asked} of this speaker? "
            f"The candidate labels for {asked} are: [{names}]. "
            f"Respond in the format: '{asked}: [label]'. "
            "Only one label should be provided."
        )
    basis = "textual, visual, and audio content" if shows_video else "textual content"
    return (
        f"You are presented with {scene}: {utterance}.\n"
        f"Based on the {basis}, what is the {asked} of this speaker?\n"
        f"The candidate labels for {asked} are: {names}.\n"
        f"Respond in the following format: {asked}: label.\n"
        "Only one label should be provided."
    )


def label_orders(labels: LabelSet) -> list[tuple[str, ...]]:
    """As published, then turned by a quarter, a half and three quarters of the list.

    Fewer where there are fewer labels; with thirty, not every turn is asked.
    """
    count = len(labels.labels)
    turns = dict.fromkeys(step * count // ROTATIONS for step in range(ROTATIONS))
    return [labels.labels[turn:] + labels.labels[:turn] for turn in turns]
