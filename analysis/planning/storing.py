"""Questions and answers of the planner as plain data and back, for a database."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from analysis.planning.plan import Plan, PlannedPair, PlannedSource
from analysis.planning.search import Answer, Question, Try
from analysis.planning.simulation import Design, SimulatedSource

_WIDTHS = ("half_width", "error")


def plain_question(question: Question) -> dict[str, Any]:
    """The question as JSON can hold it."""
    return asdict(question)


def stored_question(content: Mapping[str, Any]) -> Question:
    """The question that `plain_question` was given."""
    return Question(**{**content, "design": _design(content["design"])})


def plain_answer(answer: Answer) -> dict[str, Any]:
    """The answer as JSON can hold it: an undefined width is null."""
    content = asdict(answer)
    if content["plan"] is not None:
        for source in content["plan"]["sources"]:
            for name in _WIDTHS:
                source[name] = None if math.isnan(source[name]) else source[name]
    return content


def stored_answer(content: Mapping[str, Any]) -> Answer:
    """The answer that `plain_answer` was given."""
    made = content["plan"]
    return Answer(
        plan=None if made is None else _plan(made),
        tries=stored_tries(content["tries"]),
        least=content["least"],
        most=content["most"],
    )


def stored_tries(content: list[Mapping[str, Any]]) -> tuple[Try, ...]:
    """The sizes tried so far."""
    return tuple(Try(**one) for one in content)


def _plan(content: Mapping[str, Any]) -> Plan:
    return Plan(
        design=_design(content["design"]),
        simulations=content["simulations"],
        seed=content["seed"],
        sources=tuple(_source(one) for one in content["sources"]),
        pairs=tuple(PlannedPair(**one) for one in content["pairs"]),
    )


def _source(content: Mapping[str, Any]) -> PlannedSource:
    widths = {n: math.nan if content[n] is None else content[n] for n in _WIDTHS}
    return PlannedSource(**{**content, **widths})


def _design(content: Mapping[str, Any]) -> Design:
    sources = tuple(SimulatedSource(**one) for one in content["sources"])
    return Design(**{**content, "sources": sources})
