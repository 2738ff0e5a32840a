"""The inverse question: what is found is enough, and hardly more than that."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from analysis.errors import AnalysisError
from analysis.planning.plan import Plan, PlannedSource, plan
from analysis.planning.search import Answer, Question, Try, check_question, search
from analysis.planning.simulation import Design, SimulatedSource
from analysis.reporting.storing import from_plain, to_plain

DESIGN = Design(
    annotators=20,
    videos=60,
    redundancy=3,
    sources=(
        SimulatedSource("human", is_human=True, rate_pct=87, comments=5),
        SimulatedSource("middling", is_human=False, rate_pct=40),
    ),
)


def test_the_number_of_videos_found_is_enough_and_hardly_more() -> None:
    wide = replace(DESIGN, annotators=60)

    found = search(Question(wide, 8), simulations=40, seed=1).plan

    assert found is not None
    assert found.widest <= 8
    fewer = replace(wide, videos=int(found.design.videos * 0.8))
    assert plan(fewer, simulations=40, seed=1).widest > 8


def test_the_number_of_annotators_can_be_searched_too() -> None:
    found = search(Question(DESIGN, 11, "annotators"), simulations=20, seed=1).plan

    assert found is not None
    assert found.design.videos == DESIGN.videos
    assert found.widest <= 11


def test_no_number_of_videos_makes_up_for_few_annotators() -> None:
    few = replace(DESIGN, annotators=6, redundancy=6)

    answer = search(Question(few, 0.5), simulations=8, seed=1)

    assert answer.plan is None
    assert max(one.size for one in answer.tries) == answer.most == 20_000


def test_every_size_that_was_tried_is_told_as_it_comes() -> None:
    heard: list[int] = []

    def hear(tries: Sequence[Try]) -> None:
        heard.append(len(tries))

    answer = search(Question(DESIGN, 11, "annotators"), simulations=10, say=hear)

    assert heard == [*range(1, len(answer.tries) + 1)]
    assert answer.plan is not None
    assert answer.tries[-1].size == answer.plan.design.annotators


def test_the_same_question_and_seed_have_the_same_answer() -> None:
    question = Question(DESIGN, 11, "annotators")

    assert search(question, simulations=10) == search(question, simulations=10)


@pytest.mark.parametrize(
    ("question", "complaint"),
    [
        (
            Question(replace(DESIGN, redundancy=21), 2),
            "needs 21 annotators, but there are only 20",
        ),
        (
            Question(replace(DESIGN, redundancy=10**6), 2),
            "too many sources or annotators per video",
        ),
        (Question(replace(DESIGN, videos=10**6)), "At most 5,000,000 can be simulated"),
        (
            Question(replace(DESIGN, videos=10**6), 2, "annotators"),
            "At most 5,000,000 can be simulated",
        ),
    ],
)
def test_a_question_without_an_answer_at_any_size_is_refused(
    question: Question, complaint: str
) -> None:
    with pytest.raises(AnalysisError, match=complaint):
        check_question(question)


def test_too_many_videos_matter_only_where_they_are_not_searched_for() -> None:
    check_question(Question(replace(DESIGN, videos=10**6), 2, "videos"))


def test_question_and_answer_survive_being_stored() -> None:
    question = Question(DESIGN, 11, "annotators")
    answer = search(question, simulations=10)

    kept = json.dumps([to_plain(question), to_plain(answer)], allow_nan=False)

    again = json.loads(kept)
    assert from_plain(Question, again[0]) == question
    assert from_plain(Answer, again[1]) == answer


def test_an_undefined_width_survives_being_stored() -> None:
    unknown = PlannedSource("human", 87, float("nan"), float("nan"), 0)
    made = Plan(DESIGN, simulations=2, seed=0, sources=(unknown,), pairs=())
    answer = Answer(made, tries=(), least=0, most=0)

    kept = json.dumps(to_plain(answer), allow_nan=False)
    again = from_plain(Answer, json.loads(kept))

    assert again.plan is not None
    assert again.plan.widest == float("inf")
