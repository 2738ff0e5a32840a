"""The simulated annotators: the same at every run, and unlike each other."""

from statistics import mean

import pytest

from annotation.instrument import INSTRUMENTS, Instrument, Verdict
from demo.simulate import SimulatedAnnotator, simulated_annotators, simulated_answer

ATTENTIVE = simulated_annotators(9)[:-1]
TEXTS = [f"text number {number} about the clip" for number in range(120)]


def _human_share(annotator: SimulatedAnnotator, plausibility: float) -> float:
    answers = (simulated_answer(annotator, text, plausibility) for text in TEXTS)
    return mean(answer.verdict == Verdict.HUMAN for answer in answers)


def test_an_annotator_asked_again_answers_the_same() -> None:
    annotator = ATTENTIVE[0]

    answers = [simulated_answer(annotator, "lol", 0.5) for _ in range(2)]

    assert answers[0] == answers[1]


def test_annotators_are_numbered_and_differ() -> None:
    names = [annotator.name for annotator in ATTENTIVE]

    assert names[:2] == ["simulated-01", "simulated-02"]
    assert len({(a.bias, a.sensitivity, a.pace) for a in ATTENTIVE}) == len(ATTENTIVE)


@pytest.mark.parametrize("annotator", ATTENTIVE, ids=lambda annotator: annotator.name)
def test_more_plausible_sources_are_taken_for_human_more_often(
    annotator: SimulatedAnnotator,
) -> None:
    shares = [_human_share(annotator, value) for value in (-2.5, 0.0, 2.5)]

    assert shares == sorted(shares)
    assert shares[2] - shares[0] > 0.3


def test_verdict_and_score_agree_on_the_whole() -> None:
    answers = [simulated_answer(a, text, 0.0) for a in ATTENTIVE for text in TEXTS]

    human = mean(a.realism_score for a in answers if a.verdict == Verdict.HUMAN)
    machine = mean(a.realism_score for a in answers if a.verdict == Verdict.AI)

    assert human - machine > 1
    assert {a.realism_score for a in answers} == set(range(6))


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=INSTRUMENTS.keys())
def test_every_answer_of_an_instrument_is_given(instrument: Instrument) -> None:
    answers = [
        simulated_answer(a, text, 0.0, instrument) for a in ATTENTIVE for text in TEXTS
    ]

    assert {a.realism_score for a in answers} == set(instrument.scale.scores)
    assert {a.verdict for a in answers} == set(instrument.labels)


def test_long_texts_take_longer() -> None:
    short, long = (
        mean(simulated_answer(a, text, 3.0).seconds for a in ATTENTIVE)
        for text in ("lol", "word " * 60)
    )

    assert long > 2 * short


def test_the_last_of_several_annotators_hardly_reads() -> None:
    careless = simulated_annotators(8)[-1]

    answers = [simulated_answer(careless, text, -3.0) for text in TEXTS]

    assert careless.is_careless
    assert max(answer.seconds for answer in answers) < 2
    assert len({answer.realism_score for answer in answers}) == 1


def test_a_single_annotator_is_an_attentive_one() -> None:
    assert not simulated_annotators(1)[0].is_careless
