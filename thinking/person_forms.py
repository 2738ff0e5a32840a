"""What the page of a batch of items posts, read strictly."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from django.http import QueryDict

from annotation.errors import MalformedAnswersError
from thinking.models.builds import MOST_OPTIONS
from thinking.services.person_answers import GivenChoice

_FIELDS: Final = ("position", "option", "known", "key", "age_ms", "view_ms")
_PLACES: Final = {str(place): place for place in range(MOST_OPTIONS)}
# Longer than any lease; keeps arithmetic with instants in range.
_LONGEST_MS: Final = 366 * 24 * 3600 * 1000


def posted_choices(data: QueryDict) -> list[GivenChoice]:
    """The answers of the parallel lists that the page's script sends.

    Raises:
        MalformedAnswersError: naming each answer that cannot be read.
    """
    lists = [data.getlist(name) for name in _FIELDS]
    if len({len(values) for values in lists}) > 1:
        raise MalformedAnswersError(["the lists differ in length"])
    choices, reasons = [], []
    for number, values in enumerate(zip(*lists, strict=True), start=1):
        try:
            choices.append(_choice(dict(zip(_FIELDS, values, strict=True))))
        except ValueError as error:
            reasons.append(f"answer {number}: {error}")
    if reasons:
        raise MalformedAnswersError(reasons)
    return choices


def posted_sheet(data: QueryDict) -> list[GivenChoice]:
    """The radio buttons option-<position> of the page's own form.

    Raises:
        MalformedAnswersError: naming what cannot be read.
    """
    try:
        return [
            GivenChoice(
                position=_number(name.removeprefix("option-"), 999),
                place=_place(str(data[name])),
                knows_video=f"known-{name.removeprefix('option-')}" in data,
                key=uuid4(),
            )
            for name in data
            if name.startswith("option-")
        ]
    except ValueError as error:
        raise MalformedAnswersError([str(error)]) from error


def _choice(fields: Mapping[str, str]) -> GivenChoice:
    view_ms = fields["view_ms"]
    return GivenChoice(
        position=_number(fields["position"], 999),
        place=_place(fields["option"]) if fields["option"] else None,
        knows_video=fields["known"] == "1",
        key=UUID(fields["key"]),
        age=timedelta(milliseconds=_number(fields["age_ms"], _LONGEST_MS)),
        view_seconds=_number(view_ms, _LONGEST_MS) / 1000 if view_ms else None,
    )


def _place(text: str) -> int:
    if text not in _PLACES:
        msg = f"{text[:20]!r} is not an option"
        raise ValueError(msg)
    return _PLACES[text]


def _number(text: str, most: int) -> int:
    if text.isascii() and text.isdigit() and len(text) <= len(str(most)):
        return min(int(text), most)
    msg = f"{text[:20]!r} is not a number"
    raise ValueError(msg)
