"""What the page of a judge shows: estimates, people's first, and the judge card."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from analysis.judge.by_video import Estimated
from analysis.judge.card import Card
from analysis.judge.card_tables import card_tables
from analysis.judge.estimating import PoweredSource, PoweredStudy, Rate
from analysis.judge.gates import reason_of
from analysis.judge.tables import (
    called,
    footnote,
    judge_mark,
    outlook_table,
    pairs_table,
)
from analysis.models import StudyJudge
from analysis.pages.judge_facts import fact_lines
from analysis.pages.table_view import table_view
from analysis.reporting.stop_rule import WIDEST
from analysis.reporting.storing import from_plain
from analysis.reporting.tables import number_text
from pages.localising import localised

_TABLES = (
    ("csv", "CSV"),
    ("md", "Markdown"),
    ("latex", "LaTeX"),
    ("json", "JSON"),
)


@dataclass(frozen=True)
class RateView:
    """A rate, its interval, half-width and rank as texts."""

    rate: str
    interval: str
    half_width: str
    rank: str


@dataclass(frozen=True)
class SourceView:
    """One source: the row of people, and the row under it."""

    source: PoweredSource
    people: RateView
    powered: RateView | None
    tuning: str
    gain: str
    reasons: list[str]


class HalfWidthForm(forms.Form):
    """How narrow intervals should be."""

    half_width = forms.FloatField(
        label=_("Half-width of every interval, in points"),
        min_value=0.5,
        max_value=WIDEST,
        initial=5,
    )


def judge_page(
    judge: StudyJudge, card: Card, found: PoweredStudy, form: HalfWidthForm
) -> dict[str, object]:
    """Template context of a judge whose estimates are done."""
    asked = form.cleaned_data["half_width"] if form.is_valid() else None
    titles = {one.source: one.title for one in found.sources}
    return {
        "judge": judge,
        "judge_name": localised(called(judge.name)),
        "facts": [
            (localised(label), localised(value))
            for label, value in fact_lines(judge.provenance)
        ],
        "found": found,
        "mark": localised(judge_mark(found)),
        "footnote": localised(footnote(found)),
        "rows": [_source(one) for one in found.sources],
        "shared_reasons": _shared(found),
        "pairs": table_view(pairs_table(found)),
        "form": form,
        "outlook": asked and table_view(outlook_table(found, asked)),
        "card_tables": [table_view(one) for one in card_tables(card, titles)],
        "card": card,
        "table_styles": _TABLES,
    }


@dataclass(frozen=True)
class JudgeRow:
    """One judge of a study beside the others: what it is worth, on what is new."""

    judge: StudyJudge
    name: str
    new_videos: str
    new_sources: str
    ranking: str
    is_shown: bool


def judge_rows(
    judges: Iterable[StudyJudge], shown: StudyJudge | None
) -> list[JudgeRow]:
    """Judges side by side, by their cards."""
    rows = []
    for judge in judges:
        card = from_plain(Card, judge.card)
        rows.append(
            JudgeRow(
                judge=judge,
                name=localised(called(judge.name)),
                new_videos=_estimated(card.videos.auc),
                new_sources=_estimated(card.sources.auc),
                ranking=_estimated(card.tau),
                is_shown=shown is not None and shown.pk == judge.pk,
            )
        )
    return rows


def _estimated(found: Estimated) -> str:
    if math.isnan(found.value):
        return "–"
    return f"{number_text(found.value, 2)} ({_between(found.lo, found.hi, 2)})"


def _source(one: PoweredSource) -> SourceView:
    return SourceView(
        source=one,
        people=_rate(one.people),
        powered=None if one.powered is None else _rate(one.powered),
        tuning="" if one.powered is None else number_text(one.tuning, 2),
        gain="" if one.powered is None else _shown(one.gain_pct, 0),
        reasons=[localised(reason_of(refusal)) for refusal in one.refusals],
    )


def _shared(found: PoweredStudy) -> list[str]:
    """Reasons that hold for every source: said once."""
    each = [{*one.refusals} for one in found.sources]
    shared = set.intersection(*each) if each else set()
    first = found.sources[0].refusals if found.sources else ()
    return [localised(reason_of(one)) for one in first if one in shared]


def _rate(rate: Rate) -> RateView:
    return RateView(
        rate=_shown(rate.pct, 1),
        interval=_between(rate.lo, rate.hi, 1),
        half_width=_shown(rate.half_width, 1),
        rank=_between(rate.rank_lo, rate.rank_hi, 0),
    )


def _shown(value: float, decimals: int) -> str:
    return "–" if math.isnan(value) else number_text(value, decimals)


def _between(lo: float, hi: float, decimals: int) -> str:
    if math.isnan(lo) or math.isnan(hi):
        return "–"
    if decimals == 0 and lo == hi:
        return number_text(lo, 0)
    return f"{number_text(lo, decimals)}–{number_text(hi, decimals)}"
