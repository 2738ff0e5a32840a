"""Simulated annotators: seeded chance with a bias, a sensitivity and a pace each.

Pure. They stand in for people so that the demo's report is not empty; nothing that they
answer says anything about real writers. A simulated annotator holds an opinion on a
comment, in log-odds of Human:

    opinion = sensitivity * (plausibility + difficulty) + bias + noise

`plausibility` belongs to the source, `difficulty` to the single text, and the noise is
logistic, so that the share of Human verdicts follows a logistic curve. Verdict, realism
score and time all come from the one opinion: close calls take longer.
"""

import math
import random
from dataclasses import dataclass

from annotation.instrument import PAPER, Instrument, RealismScale, Verdict

SEED = 11
"""Shapes every simulated answer; the study's log keeps it."""

HUMAN_PLAUSIBILITY = 1.9
"""The log-odds of Human that viewers' own comments have."""

DIFFICULTY_SPREAD = 0.75
SCORE_MIDDLE, SCORE_SLOPE, SCORE_NOISE = 0.5, 0.15, 0.11
"""Where on the scale a score falls, 0 being its lowest value and 1 its highest."""
CARELESS_HUMAN_SHARE, CARELESS_SCORE = 0.85, 0.6
UNSURE_WITHIN = 0.4
"""Opinions this close to none are "Not sure" where the instrument has that verdict."""


@dataclass(frozen=True)
class SimulatedAnnotator:
    """What makes one simulated annotator different from the next."""

    name: str
    bias: float
    """Log-odds added in favour of Human."""
    sensitivity: float
    """How strongly the text moves them; 1 is the average."""
    pace: float
    """Their time for a comment, as a multiple of the average."""
    is_careless: bool = False
    """Whether they click through with hardly a look."""


@dataclass(frozen=True)
class SimulatedAnswer:
    """Both halves of a judgment, and the time it took."""

    verdict: Verdict
    realism_score: int
    seconds: float


def simulated_annotators(count: int) -> tuple[SimulatedAnnotator, ...]:
    """Annotators `simulated-01` and so on; the last one of several is careless."""
    return tuple(
        _annotator(f"simulated-{number:02}", is_careless=1 < number == count)
        for number in range(1, count + 1)
    )


def _annotator(name: str, *, is_careless: bool) -> SimulatedAnnotator:
    chance = _chance(name)
    return SimulatedAnnotator(
        name=name,
        bias=chance.gauss(0.0, 0.45),
        sensitivity=math.exp(chance.gauss(0.0, 0.25)),
        pace=math.exp(chance.gauss(0.0, 0.3)),
        is_careless=is_careless,
    )


def simulated_answer(
    annotator: SimulatedAnnotator,
    text: str,
    plausibility: float,
    instrument: Instrument = PAPER,
) -> SimulatedAnswer:
    """What an annotator answers on one text; asked again, they answer the same."""
    scale = instrument.scale
    chance = _chance(annotator.name, text)
    if annotator.is_careless:
        return SimulatedAnswer(
            verdict=_verdict(chance.random() < CARELESS_HUMAN_SHARE),
            realism_score=_score(scale, CARELESS_SCORE),
            seconds=round(chance.uniform(0.8, 1.9), 2),
        )
    difficulty = _chance(text).gauss(0.0, DIFFICULTY_SPREAD)
    opinion = annotator.sensitivity * (plausibility + difficulty) + annotator.bias
    opinion += _logistic(chance)
    place = SCORE_MIDDLE + SCORE_SLOPE * opinion + chance.gauss(0.0, SCORE_NOISE)
    is_unsure = Verdict.UNSURE in instrument.labels and abs(opinion) < UNSURE_WITHIN
    return SimulatedAnswer(
        verdict=Verdict.UNSURE if is_unsure else _verdict(opinion > 0),
        realism_score=_score(scale, place),
        seconds=round(_seconds(text, opinion, chance) * annotator.pace, 2),
    )


def plausibility_of(text: str) -> float:
    """Log-odds of Human for a text whose writer the demo did not plan.

    A rule of the demo's own: short texts without a capital or a full stop look human.
    """
    is_polished = text[:1].isupper() + text.endswith(".")
    return 1.5 - len(text) / 60 - 0.6 * is_polished


def _verdict(says_human: bool) -> Verdict:  # noqa: FBT001
    return Verdict.HUMAN if says_human else Verdict.AI


def _score(scale: RealismScale, place: float) -> int:
    """The value of the scale nearest to a place on it, from 0 to 1."""
    score = round(scale.lowest + place * (scale.highest - scale.lowest))
    return min(scale.highest, max(scale.lowest, score))


def _seconds(text: str, opinion: float, chance: random.Random) -> float:
    """Reading, then a decision that takes longer the closer it is."""
    reading = 1.1 + 0.24 * len(text.split())
    deciding = 1.2 + 2.6 * math.exp(-abs(opinion))
    return (reading + deciding) * math.exp(chance.gauss(0.0, 0.3))


def _logistic(chance: random.Random) -> float:
    """Noise of the logistic distribution with scale 1."""
    share = chance.uniform(1e-6, 1 - 1e-6)
    return math.log(share / (1 - share))


def _chance(*names: str) -> random.Random:
    """A stream of chance that belongs to what is named."""
    return random.Random(":".join((str(SEED), *names)))  # noqa: S311 - a simulation
