"""The lines of each kind of file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import isnan
from typing import Any, Final

import numpy as np

from analysis.judgments.arrays import verdict_codes
from analysis.preferences.kinds import Kind
from analysis.preferences.pairs import pairs_of
from analysis.preferences.readings import Readings

_DECIMALS: Final = 5
Row = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A column: what it holds, and its type as Croissant names it."""

    told: str
    type: str = "sc:Text"


_FLOAT, _INTEGER, _FLAG = "sc:Float", "sc:Integer", "sc:Boolean"
_OF_VIDEO: Final = {
    "video": Field("the video's label, platform:id"),
    "title": Field("the video's title"),
    "prompt": Field("the instruction that the comment answers"),
}
FIELDS: Final[Mapping[Kind, Mapping[str, Field]]] = {
    Kind.BINARY: {
        **_OF_VIDEO,
        "completion": Field("the comment"),
        "label": Field("whether most typical annotators would say Human", _FLAG),
        "weight": Field("|2 looks_human - 1|: how sure that is", _FLOAT),
        "looks_human": Field("P(theta > 0)", _FLOAT),
        "theta": Field("humanness in log-odds, by the item-response model", _FLOAT),
        "theta_sd": Field("its posterior standard deviation", _FLOAT),
        "n": Field("verdicts", _INTEGER),
        "share": Field("of the verdicts that say Human", _FLOAT),
        "smoothed_share": Field("the same, drawn to the study's share", _FLOAT),
        "dawid_skene": Field("P(looks human) by Dawid and Skene", _FLOAT),
        "strength": Field("Bradley and Terry's strength, from scores", _FLOAT),
        "source": Field("who wrote the comment: the source's key"),
        "origin": Field("human or ai"),
    },
    Kind.PAIRS: {
        **_OF_VIDEO,
        "chosen": Field("the comment that looks more human"),
        "rejected": Field("the other comment, under the same video"),
        "margin": Field("difference of theta, in log-odds", _FLOAT),
        "p": Field("P(theta of the chosen one is larger)", _FLOAT),
        "chosen_n": Field("verdicts on the chosen one", _INTEGER),
        "rejected_n": Field("verdicts on the rejected one", _INTEGER),
        "chosen_source": Field("who wrote the chosen one"),
        "rejected_source": Field("who wrote the rejected one"),
        "chosen_origin": Field("human or ai"),
        "rejected_origin": Field("human or ai"),
    },
    Kind.INDIVIDUAL: {
        **_OF_VIDEO,
        "completion": Field("the comment"),
        "annotator": Field("number of the annotator, in this file alone", _INTEGER),
        "verdict": Field("human, ai, another verdict of the study, or empty"),
        "score": Field("realism score; -1: none", _INTEGER),
        "order": Field("position in the batch, from 1; 0: unknown", _INTEGER),
        "n": Field("verdicts on this comment", _INTEGER),
        "source": Field("who wrote the comment: the source's key"),
        "origin": Field("human or ai"),
    },
}


def rows_of(kind: Kind, readings: Readings, prompt: str) -> Iterator[Row]:
    """All lines of a kind, sorted as the judgments are."""
    made: Mapping[Kind, Callable[[Readings, str], Iterator[Row]]] = {
        Kind.BINARY: _binary,
        Kind.PAIRS: _pairs,
        Kind.INDIVIDUAL: _individual,
    }
    return made[kind](readings, prompt)


def _of_video(readings: Readings, comment: int, prompt: str) -> Row:
    facts = readings.facts[comment]
    return {"video": facts.video, "title": facts.title, "prompt": prompt}


def _binary(readings: Readings, prompt: str) -> Iterator[Row]:
    model, chance = readings.model, readings.model.looks_human
    share, smoothed = readings.share, readings.smoothed_share
    for comment in np.flatnonzero(readings.is_usable).tolist():
        facts = readings.facts[comment]
        yield _of_video(readings, comment, prompt) | {
            "completion": facts.text,
            "label": bool(chance[comment] > 0.5),  # noqa: PLR2004 (a chance)
            "weight": _number(abs(2 * chance[comment] - 1)),
            "looks_human": _number(chance[comment]),
            "theta": _number(model.theta[comment]),
            "theta_sd": _number(model.sd[comment]),
            "n": int(readings.verdicts[comment]),
            "share": _number(share[comment]),
            "smoothed_share": _number(smoothed[comment]),
            "dawid_skene": _number(readings.skilled[comment]),
            "strength": _number(readings.strength[comment]),
            "source": facts.source,
            "origin": facts.origin,
        }


def _pairs(readings: Readings, prompt: str) -> Iterator[Row]:
    for pair in pairs_of(readings):
        chosen, rejected = readings.facts[pair.chosen], readings.facts[pair.rejected]
        yield _of_video(readings, pair.chosen, prompt) | {
            "chosen": chosen.text,
            "rejected": rejected.text,
            "margin": _number(pair.margin),
            "p": _number(pair.chance),
            "chosen_n": int(readings.verdicts[pair.chosen]),
            "rejected_n": int(readings.verdicts[pair.rejected]),
            "chosen_source": chosen.source,
            "rejected_source": rejected.source,
            "chosen_origin": chosen.origin,
            "rejected_origin": rejected.origin,
        }


def _individual(readings: Readings, prompt: str) -> Iterator[Row]:
    judgments = readings.judgments
    names = verdict_names(readings)
    number = annotator_numbers(readings)
    for row in range(len(judgments)):
        comment = int(judgments.comment[row])
        facts = readings.facts[comment]
        yield _of_video(readings, comment, prompt) | {
            "completion": facts.text,
            "annotator": number[int(judgments.annotator[row])],
            "verdict": names.get(int(judgments.verdict[row]), ""),
            "score": int(judgments.score[row]),
            "order": int(judgments.order[row]),
            "n": int(readings.verdicts[comment]),
            "source": facts.source,
            "origin": facts.origin,
        }


def verdict_names(readings: Readings) -> dict[int, str]:
    """By code, as the instrument calls them."""
    codes = verdict_codes(readings.judgments.instrument)
    return {code: str(value) for value, code in codes.items()}


def annotator_numbers(readings: Readings) -> dict[int, int]:
    """Numbers from 1 that tell nothing: neither code nor order of joining."""
    judgments = readings.judgments
    present = np.unique(judgments.annotator).tolist()
    salt = judgments.fingerprint
    shuffled = sorted(
        present,
        key=lambda one: sha256(f"{salt}/{judgments.annotators[one]}".encode()).digest(),
    )
    return {one: place for place, one in enumerate(shuffled, start=1)}


def _number(value: float) -> float | None:
    return None if isnan(value) else round(float(value), _DECIMALS)
