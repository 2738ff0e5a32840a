"""What the planner's pages show of a question and its answer."""

from typing import Any
from urllib.parse import urlencode

from analysis.models import StoredPlan
from analysis.pages.table_view import table_view
from analysis.planning.plan import Plan
from analysis.planning.search import VARIED, Question, Try
from analysis.planning.storing import stored_answer, stored_question, stored_tries
from analysis.planning.tables import plan_tables, tries_table


def plan_context(made: Plan) -> dict[str, Any]:
    """A plan, for its templates."""
    return {"plan": made, "tables": [table_view(one) for one in plan_tables(made)]}


def answer_context(stored: StoredPlan) -> dict[str, Any]:
    """A question that a worker answers: how far it is, or what was found."""
    question = stored_question(stored.question)
    context = {"stored": stored, "question": question}
    if not stored.is_done:
        return context | _tries(question, stored_tries(stored.tries))
    answer = stored_answer(stored.answer or {})
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
