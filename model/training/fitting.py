"""Questions that do not fit into a sequence: their options are shortened evenly."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import get_args

from model.training.examples import Example
from tasks.catalogue import AnswerForm
from tasks.items import Item
from tasks.scoring import Question

_ELLIPSIS = "…"


@dataclass(frozen=True)
class Fitted:
    """A question as it is asked.

    Attributes:
        question: The item; its options are what was asked.
        prompt: Its text.
        is_shortened: An option was cut.
    """

    question: Question
    prompt: str
    is_shortened: bool = False


def fitted(example: Example, fits: Callable[[str], bool]) -> Fitted:
    """The question whole where it fits, or with its longest options cut.

    All options are cut at one length, the longest that fits, so that no option stands
    out; letters and the order stay.

    Args:
        example: One that asks an item.
        fits: Whether a prompt fits into the sequence.

    Raises:
        ValueError: The example is no item of the seven tasks.
    """
    item = example.question
    if item is None:
        message = "The example asks no question."
        raise ValueError(message)
    if fits(example.prompt) or not isinstance(item, Item):
        return Fitted(item, example.prompt)
    form = _form(item, example.prompt)
    lead = example.prompt.removesuffix(item.prompt(form))
    shortest, longest = 1, max(map(len, item.options))
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        if fits(lead + _cut(item, middle).prompt(form)):
            shortest = middle
        else:
            longest = middle - 1
    cut = _cut(item, shortest)
    return Fitted(cut, lead + cut.prompt(form), is_shortened=True)


def _cut(item: Item, length: int) -> Item:
    options = (
        option if len(option) <= length else option[:length].rstrip() + _ELLIPSIS
        for option in item.options
    )
    return replace(item, options=tuple(options))


def _form(item: Item, prompt: str) -> AnswerForm:
    for form in get_args(AnswerForm):
        if prompt.endswith(item.prompt(form)):
            return form
    message = f"{prompt[-60:]!r} does not end with its question."
    raise ValueError(message)
