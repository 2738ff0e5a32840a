"""What the planner's pages show of a question and its answer."""

import math
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from analysis.models import StoredPlan
from analysis.pages.table_view import table_view
from analysis.planning.plan import Plan, PlannedSource
from analysis.planning.plan_tables import plan_tables, tries_table
from analysis.planning.search import VARIED, Answer, Question, Try
from analysis.reporting.storing import from_plain


@dataclass(frozen=True)
class ExpectedRow:
    """What to expect of one source, as picture and text; None where undefined."""

    source: str
    is_human: bool
    pct: float
    lo: float | None
    hi: float | None
    half_width: float | None
    error: float | None
    covered_pct: float


def plan_context(made: Plan) -> dict[str, Any]:
    """A plan, for its templates."""
    _, power = plan_tables(made)
    expected = [
        _expected(planned, is_human=source.is_human)
        for planned, source in zip(made.sources, made.design.sources, strict=True)
    ]
    return {"plan": made, "expected": expected, "power": table_view(power)}


def _expected(planned: PlannedSource, *, is_human: bool) -> ExpectedRow:
    rate, width = planned.rate_pct, planned.half_width
    is_known = not math.isnan(width)
    return ExpectedRow(
        source=planned.source,
        is_human=is_human,
        pct=rate,
        lo=max(rate - width, 0) if is_known else None,
        hi=min(rate + width, 100) if is_known else None,
        half_width=width if is_known else None,
        error=planned.error if is_known else None,
        covered_pct=planned.covered_pct,
    )


def answer_context(stored: StoredPlan) -> dict[str, Any]:
    """A question that a worker answers: how far it is, or what was found."""
    question = from_plain(Question, stored.question)
    context = {"stored": stored, "question": question}
    if not stored.is_done:
        return context | _tries(question, from_plain(tuple[Try, ...], stored.tries))
    answer = from_plain(Answer, stored.answer)
    context |= {"answer": answer} | _tries(question, answer.tries)
    return context if answer.plan is None else context | plan_context(answer.plan)


def _tries(question: Question, tries: tuple[Try, ...]) -> dict[str, Any]:
    widths = [one.half_width for one in tries if one.half_width is not None]
    table = table_view(tries_table(question, tries))
    return {
        "tries": tries,
        "narrowest": min(widths, default=None),
        "tried": table,
        "otherwise": _otherwise(question),
    }


def _otherwise(question: Question) -> str:
    """The query that asks for the same width by changing the other number."""
    design = question.design
    rates = (f"{source.name}={source.rate_pct:g}" for source in design.sources)
    return urlencode(
        {
            "annotators": design.annotators,
            "videos": design.videos,
            "redundancy": design.redundancy,
            "rates": ", ".join(rates),
            "annotator_sd": design.annotator_sd,
            "comment_sd": design.comment_sd,
            "want": question.half_width,
            "vary": next(name for name in VARIED if name != question.vary),
        }
    )
