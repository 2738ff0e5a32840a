"""The annotators of a report: figures, care, flags, and who was left out."""

import math
from dataclasses import dataclass

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
        flags: Signs of carelessness; they never exclude by themselves.
    """

    code: str
    is_excluded: bool
    reason: str
    texts: list[str]
    flags: list[str]


HEADINGS = (
    "Judgments",
    "Called human, %",
    "Agrees with the rest, %",
    "d′",
    "c",
    "Median time, s",
    "Longest run",
    "One-answer batches",
    "Dawid–Skene",
    "Checks passed",
    "Same when repeated",
)
_FIGURE_COUNT = len(HEADINGS) - 2  # the last two are the database's

SIGNS = {
    "hasty": f"Half of the answers came within {_HASTY_SECONDS:g} seconds.",
    "one answer": f"At least {100 - _ALL_ONE_WAY_PCT:g} % of the verdicts are the "
    f"same, in {_FEWEST_FOR_FLAGS} judgments or more.",
    "whole batches alike": "Some batch of five verdicts or more has one verdict "
    "throughout.",
    "near chance": f"Dawid–Skene's informedness is below {_CHANCE_INFORMEDNESS:g}, in "
    f"{_FEWEST_FOR_FLAGS} judgments or more.",
    "failed checks": f"Fewer than {CHECKS_TO_PASS:.0%} of the attention checks were "
    "answered as their text asks.".replace("%", " %"),
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
    return f"{part} of {whole}" if whole else "–"


def _flags(found: AnnotatorResult | None, care: Care | None) -> list[str]:
    signs = _signs(found) if found else {}
    checks = care.checks if care else None
    signs["failed checks"] = checks is not None and checks.has_failed
    return [sign for sign in SIGNS if signs.get(sign)]


def _signs(found: AnnotatorResult) -> dict[str, bool]:
    figures = found.figures
    called = figures.called_human_pct
    enough = figures.n >= _FEWEST_FOR_FLAGS
    return {
        "hasty": figures.median_seconds < _HASTY_SECONDS,
        "one answer": enough and min(called, 100 - called) < _ALL_ONE_WAY_PCT,
        "whole batches alike": figures.one_answer_presentations > 0,
        "near chance": enough and found.skill.informedness < _CHANCE_INFORMEDNESS,
    }
