"""What the pages of a batch of items post, read strictly."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from django.http import QueryDict
from django.utils.translation import gettext as _

from annotation.errors import MalformedAnswersError
from annotation.forms.judging.problems import ProblemForm
from annotation.models import ProblemSubject
from thinking.models.builds import MOST_OPTIONS
from thinking.services.person_answers import GivenChoice

_FIELDS: Final = ("position", "option", "known", "key", "age_ms", "view_ms")
_PLACES: Final = {str(place): place for place in range(MOST_OPTIONS)}
# Longer than any lease; keeps arithmetic with instants in range.
_LONGEST_MS: Final = 366 * 24 * 3600 * 1000
_VIDEO_OF: Final = "video-"


class ItemProblemForm(ProblemForm):
    """What is wrong with which question, with its video or with the page."""

    def __init__(
        self, count: int, data: Mapping[str, object] | None = None, *, about: str = ""
    ) -> None:
        """Offer the page, and the questions with their videos.

        Args:
            count: Of questions.
            data: What was posted.
            about: Position of the question that was in view.
        """
        things = [(ProblemSubject.PAGE.value, str(ProblemSubject.PAGE.label))]
        for position in range(1, count + 1):
            words = {"position": position}
            things += [
                (str(position), _("Question %(position)d") % words),
                (f"{_VIDEO_OF}{position}", _("Video of question %(position)d") % words),
            ]
        super().__init__(things, data, about=about)

    @property
    def position(self) -> int | None:
        """Which question; None for the page. The form is valid."""
        number = self.cleaned_data["about"].removeprefix(_VIDEO_OF)
        return int(number) if number.isdigit() else None

    @property
    def subject(self) -> ProblemSubject:
        """What the report is about; the form is valid."""
        about: str = self.cleaned_data["about"]
        if about.startswith(_VIDEO_OF):
            return ProblemSubject.VIDEO
        return ProblemSubject.QUESTION if about.isdigit() else ProblemSubject(about)


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
