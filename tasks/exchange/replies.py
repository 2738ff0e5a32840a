"""Replies that another program collected, matched with the items of a build."""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from tasks.answering import Mode
from tasks.builds import Build
from tasks.catalogue import LETTERS
from tasks.errors import TasksError
from tasks.items import Item
from tasks.likelihoods import text_places
from tasks.parsing import Outcome, Reading, read_reply
from tasks.rotations import SHIFTS, rotated
from tasks.scoring import AnsweredItem

# Probabilities that were rounded when they were written add up to 1 all the same.
_ROUNDING = 0.01


class ImportedReply(NamedTuple):
    """What a source said to one item, as received.

    Attributes:
        rotation: By how many places the options were moved on.
        probabilities: Of the letters A to D, where they were measured; else empty.
        is_refused: What runs the model declined for it, without a text.
        likelihoods: Of each option's text its log-probability, its number of tokens and
            its log-probability without the question; where they were measured.
    """

    item_id: str
    text: str
    rotation: int = 0
    probabilities: tuple[float, ...] = ()
    is_refused: bool = False
    likelihoods: tuple[tuple[float, float, float], ...] = ()


def reading_of(item: Item, reply: ImportedReply) -> Reading:
    """The place that a reply names among the options as they were shown."""
    if reply.likelihoods:
        return Reading(text_places(reply.likelihoods)[Mode.TEXTS], Outcome.READ)
    if reply.probabilities:
        likeliest = max(reply.probabilities)
        return Reading(reply.probabilities.index(likeliest), Outcome.READ)
    if reply.is_refused:
        return Reading(None, Outcome.REFUSED)
    return read_reply(reply.text, rotated(item, reply.rotation).options)


class Asked(Protocol):
    """An item of any kind."""

    @property
    def item_id(self) -> str: ...


Kind = TypeVar("Kind", bound=Asked)
Kind_co = TypeVar("Kind_co", bound=Asked, covariant=True)


class AskedBuild(Protocol[Kind_co]):
    """A build of any kind."""

    @property
    def name(self) -> str: ...

    @property
    def items(self) -> Sequence[Kind_co]: ...


def matched(
    replies: Iterable[ImportedReply], build: AskedBuild[Kind]
) -> list[tuple[Kind, ImportedReply]]:
    """The replies with their items, in the build's order.

    Raises:
        TasksError: A reply is to no item of the build, or two are to one.
    """
    said: dict[tuple[str, int], ImportedReply] = {}
    for reply in replies:
        key = reply.item_id, reply.rotation
        if key in said:
            message = f"There are two replies to {reply.item_id}; keep one."
            raise TasksError(message)
        said[key] = reply
    items = {item.item_id: item for item in build.items}
    if strangers := {item_id for item_id, _ in said} - items.keys():
        message = (
            f"{len(strangers)} replies are to items that {build.name} does not have, "
            f"such as {min(strangers)}; they are of another build."
        )
        raise TasksError(message)
    return [
        (item, said[item_id, shift])
        for item_id, item in items.items()
        for shift in SHIFTS
        if (item_id, shift) in said
    ]


def answered_items(
    replies: Iterable[ImportedReply], build: Build
) -> list[AnsweredItem]:
    """The items with what was said to them as they are, in the build's order.

    Raises:
        TasksError: A reply is to no item of the build, or two are to one.
    """
    return [
        AnsweredItem(item, _said(item, reply))
        for item, reply in matched(replies, build)
        if not reply.rotation
    ]


def _said(item: Item, reply: ImportedReply) -> str:
    if not reply.probabilities and not reply.likelihoods:
        return reply.text
    place = reading_of(item, reply).place
    return "" if place is None else LETTERS[place]


def reply_line(reply: ImportedReply) -> str:
    """The reply as one line of JSON."""
    fields: dict[str, Any] = {
        "item_id": reply.item_id,
        "rotation": reply.rotation,
        "text": reply.text,
    }
    if reply.probabilities:
        fields["probabilities"] = [*reply.probabilities]
    if reply.likelihoods:
        fields["likelihoods"] = [[*one] for one in reply.likelihoods]
    if reply.is_refused:
        fields["refused"] = True
    return json.dumps(fields, ensure_ascii=False) + "\n"


def read_reply_lines(path: Path) -> Iterator[ImportedReply]:
    """The replies of a file whose lines `reply_line` wrote.

    Raises:
        TasksError: A line is no reply; the message names it.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield _reply(_object(json.loads(line)))
                except (ValueError, KeyError, TypeError) as error:
                    message = f"{path.name}, line {number} is no reply: {error!r}"
                    raise TasksError(message) from error


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        message = "it is no object"
        raise TypeError(message)
    return value


def _reply(fields: dict[str, Any]) -> ImportedReply:
    probabilities = tuple(map(float, fields.get("probabilities") or ()))
    if probabilities and not _are_probabilities(probabilities):
        message = f"probabilities must be {len(LETTERS)} numbers that add up to 1"
        raise ValueError(message)
    rotation = int(fields.get("rotation", 0))
    if rotation not in SHIFTS:
        message = f"rotation must be from 0 to {SHIFTS[-1]}"
        raise ValueError(message)
    likelihoods = tuple(map(_likelihood, fields.get("likelihoods") or ()))
    needs_text = not probabilities and not likelihoods
    text = fields["text"] if needs_text else fields.get("text", "")
    return ImportedReply(
        item_id=str(fields["item_id"]),
        text=str(text),
        rotation=rotation,
        probabilities=probabilities,
        is_refused=fields.get("refused") is True,
        likelihoods=likelihoods,
    )


def _likelihood(values: Sequence[float]) -> tuple[float, float, float]:
    total, count, alone = map(float, values)
    if not math.isfinite(total + count + alone):
        message = "likelihoods must be finite numbers"
        raise ValueError(message)
    return total, count, alone


def _are_probabilities(values: tuple[float, ...]) -> bool:
    # A comparison with NaN is false.
    return (
        len(values) == len(LETTERS)
        and all(value >= 0 for value in values)
        and math.isclose(sum(values), 1, abs_tol=_ROUNDING)
    )
