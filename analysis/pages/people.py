"""The annotators of a report: figures, care, flags, and who was left out."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analysis.reporting.results import AnnotatorResult, Results
from analysis.reporting.tables import number_text
from analysis.selectors.studies import Care, care_of
from annotation.models import Membership, MembershipRole, Study
from annotation.selectors.people.attention_checks import CHECKS_TO_PASS

_HASTY_SECONDS = 1.5
_ALL_ONE_WAY_PCT = 2.0
_FEWEST_FOR_FLAGS = 20
_CHANCE_INFORMEDNESS = 0.1


@dataclass(frozen=True)
class AnnotatorRow:
    """One annotator; texts for the table, flags in words.

    Attributes:
        code: The opaque id.
        is_excluded, reason: Whether and why a researcher left them out.
        texts: Figures as text, in the order of the table's columns.
        flags: Names of `SIGNS`; they never exclude by themselves.
    """

    code: str
    is_excluded: bool
    reason: str
    texts: list[str]
    flags: list[str | Promise]


HEADINGS: Final = (
    _("Judgments"),
    _("Judged human, %"),
    _("Agrees with the others, %"),
    _("d′"),
    _("c"),
    _("Median time, s"),
    _("Longest run"),
    _("One-verdict batches"),
    _("Dawid–Skene"),
    _("Checks passed"),
    _("Same when repeated"),
)
_FIGURE_COUNT = len(HEADINGS) - 2  # the last two are the database's


class Sign(NamedTuple):
    """A sign of carelessness: what it is called, and what it means."""

    name: str | Promise
    meaning: str | Promise


_FAILED_CHECKS = "failed_checks"
SIGNS: Final[Mapping[str, Sign]] = {
    "hasty": Sign(
        _("hasty"),
        format_lazy(
            _("Half of the answers took less than {seconds} seconds."),
            seconds=f"{_HASTY_SECONDS:g}",
        ),
    ),
    "one_verdict": Sign(
        _("one verdict"),
        format_lazy(
            _("At least {share} % of {number} or more verdicts are the same."),
            share=f"{100 - _ALL_ONE_WAY_PCT:g}",
            number=_FEWEST_FOR_FLAGS,
        ),
    ),
    "uniform_batches": Sign(
        _("uniform batches"),
        _("In at least one batch with five or more verdicts, all are the same."),
    ),
    "near_chance": Sign(
        _("near chance"),
        format_lazy(
            _("Dawid–Skene is below {skill}, with {number} or more judgments."),
            skill=f"{_CHANCE_INFORMEDNESS:g}",
            number=_FEWEST_FOR_FLAGS,
        ),
    ),
    _FAILED_CHECKS: Sign(
        _("failed checks"),
        format_lazy(
            _("Fewer than {share} % of the attention checks were passed."),
            share=f"{100 * CHECKS_TO_PASS:g}",
        ),
    ),
}


def annotator_rows(study: Study, report: Results) -> list[AnnotatorRow]:
    """Everybody in the report, and everybody left out of it."""
    care = care_of(study)
    people = Membership.objects.filter(study=study, role=MembershipRole.ANNOTATOR)
    found = {one.code: one for one in report.found.annotators}
    rows = [
        _row(person, found.get(person.code), care.get(person.code))
        for person in people.order_by("code")
        if person.code in found or person.excluded_at
    ]
    return sorted(rows, key=lambda row: (row.is_excluded, -len(row.flags), row.code))


def _row(
    person: Membership, found: AnnotatorResult | None, care: Care | None
) -> AnnotatorRow:
    texts = [
        *(_figures(found) if found else ["–"] * _FIGURE_COUNT),
        _share(care.checks.passed, care.checks.total) if care and care.checks else "–",
        _share(care.repeated_alike, care.repeated) if care else "–",
    ]
    return AnnotatorRow(
        code=person.code,
        is_excluded=person.excluded_at is not None,
        reason=person.exclusion_reason,
        texts=texts,
        flags=_flags(found, care),
    )


def _figures(found: AnnotatorResult) -> list[str]:
    figures, skill = found.figures, found.skill
    return [
        _text(figures.n, 0),
        _text(figures.called_human_pct, 1),
        _text(figures.agreement_with_rest_pct, 1),
        _text(figures.dprime, 2),
        _text(figures.c, 2),
        _text(figures.median_seconds, 1),
        _text(figures.longest_run, 0),
        _text(figures.one_answer_presentations, 0),
        _text(skill.informedness, 2),
    ]


def _text(value: float, decimals: int) -> str:
    return "–" if math.isnan(value) else number_text(value, decimals)


def _share(part: int, whole: int) -> str:
    if not whole:
        return "–"
    return gettext("%(part)s of %(whole)s") % {"part": part, "whole": whole}


def _flags(found: AnnotatorResult | None, care: Care | None) -> list[str | Promise]:
    signs = _signs(found) if found else {}
    checks = care.checks if care else None
    signs[_FAILED_CHECKS] = checks is not None and checks.has_failed
    return [sign.name for key, sign in SIGNS.items() if signs.get(key)]


def _signs(found: AnnotatorResult) -> dict[str, bool]:
    figures = found.figures
    called = figures.called_human_pct
    enough = figures.n >= _FEWEST_FOR_FLAGS
    return {
        "hasty": figures.median_seconds < _HASTY_SECONDS,
        "one_verdict": enough and min(called, 100 - called) < _ALL_ONE_WAY_PCT,
        "uniform_batches": figures.one_answer_presentations > 0,
        "near_chance": enough and found.skill.informedness < _CHANCE_INFORMEDNESS,
    }
