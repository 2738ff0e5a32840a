"""The annotators of a report: figures, care, flags, and who was left out."""

import math
from dataclasses import dataclass

from analysis.reporting.report import Report
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
_FIGURES = (
    ("annotator/n", 0),
    ("annotator/called_human_pct", 1),
    ("annotator/agreement_with_rest_pct", 1),
    ("annotator/dprime", 2),
    ("annotator/c", 2),
    ("annotator/median_seconds", 1),
    ("annotator/longest_run", 0),
    ("annotator/one_answer_presentations", 0),
    ("dawid_skene/informedness", 2),
)

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


def annotator_rows(study: Study, report: Report) -> list[AnnotatorRow]:
    """Everybody in the report, and everybody left out of it."""
    care = care_of(study)
    people = Membership.objects.filter(study=study, role=MembershipRole.ANNOTATOR)
    rows = [
        _row(person, report, care.get(person.code))
        for person in people.order_by("code")
        if person.code in report.annotators or person.excluded_at
    ]
    return sorted(rows, key=lambda row: (row.is_excluded, -len(row.flags), row.code))


def _row(person: Membership, report: Report, care: Care | None) -> AnnotatorRow:
    def figure(name: str) -> float:
        return report.metrics.get(f"{name}/{person.code}", math.nan)

    texts = [_text(figure(name), decimals) for name, decimals in _FIGURES]
    texts += [
        _share(care.checks.passed, care.checks.total) if care and care.checks else "–",
        _share(care.repeated_alike, care.repeated) if care else "–",
    ]
    return AnnotatorRow(
        code=person.code,
        is_excluded=person.excluded_at is not None,
        reason=person.exclusion_reason,
        texts=texts,
        flags=_flags(person.code, report, care),
    )


def _text(value: float, decimals: int) -> str:
    return "–" if math.isnan(value) else number_text(value, decimals)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" if whole else "–"


def _flags(code: str, report: Report, care: Care | None) -> list[str]:
    def figure(name: str) -> float:
        return report.metrics.get(f"{name}/{code}", math.nan)

    called = figure("annotator/called_human_pct")
    enough = figure("annotator/n") >= _FEWEST_FOR_FLAGS
    signs = {
        "hasty": figure("annotator/median_seconds") < _HASTY_SECONDS,
        "one answer": enough and min(called, 100 - called) < _ALL_ONE_WAY_PCT,
        "whole batches alike": figure("annotator/one_answer_presentations") > 0,
        "near chance": enough
        and figure("dawid_skene/informedness") < _CHANCE_INFORMEDNESS,
        "failed checks": care is not None
        and care.checks is not None
        and care.checks.has_failed,
    }
    return [sign for sign, is_seen in signs.items() if is_seen]
