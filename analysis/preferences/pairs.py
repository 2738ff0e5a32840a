"""Pairs of comments under one video of which people surely prefer one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from analysis.preferences.readings import Readings

# P(theta of the chosen one is larger) from which a pair is used.
SUREST: Final = 0.8
MOST_PER_VIDEO: Final = 10
MOST_PER_COMMENT: Final = 3
# Share of runs of five characters from which two texts are one.
_ALIKE: Final = 0.6
_RUN: Final = 5


@dataclass(frozen=True)
class Pair:
    """Two comments by number; chance: P(theta of the chosen one is larger)."""

    chosen: int
    rejected: int
    margin: float
    chance: float


def pairs_of(readings: Readings) -> list[Pair]:
    """Pairs of all videos, by the rules that keep a model from learning the source.

    Both comments are under one video, the chance is 0.8 or more, texts that are nearly
    the same are no pair, a video gives ten pairs at most and a comment stands in three
    of its video's at most. Pairs of a human with an AI comment are at most half of a
    video's, so a video without other pairs gives none. The sources that were used least
    come first.
    """
    comments = np.flatnonzero(readings.is_usable)
    video = readings.judgments.comment_video[comments]
    uses: Counter[tuple[str, bool]] = Counter()
    found: list[Pair] = []
    for number in np.unique(video):
        group = comments[video == number].tolist()
        found += _of_one_video(readings, [*_sure(readings, group)], uses)
    return found


def _sure(readings: Readings, group: Sequence[int]) -> Iterator[Pair]:
    theta, sd = readings.model.theta, readings.model.sd
    runs = {one: runs_of(readings.facts[one].text) for one in group}
    for chosen in group:
        for rejected in group:
            margin = float(theta[chosen] - theta[rejected])
            if margin <= 0:
                continue
            noise = float(np.hypot(sd[chosen], sd[rejected]))
            chance = float(special.ndtr(margin / noise))
            if chance >= SUREST and not are_alike(runs[chosen], runs[rejected]):
                yield Pair(chosen, rejected, margin, chance)


def _of_one_video(
    readings: Readings, sure: list[Pair], uses: Counter[tuple[str, bool]]
) -> list[Pair]:
    """Choose one by one; `uses` counts how often a source was chosen and rejected."""
    facts = readings.facts
    taken: list[Pair] = []
    times: Counter[int] = Counter()
    mixed = 0

    def is_mixed(pair: Pair) -> bool:
        return facts[pair.chosen].is_human != facts[pair.rejected].is_human

    def order(pair: Pair) -> tuple[int, float]:
        chosen, rejected = facts[pair.chosen].source, facts[pair.rejected].source
        return uses[chosen, True] + uses[rejected, False], -pair.chance

    while len(taken) < MOST_PER_VIDEO:
        # A mixed pair needs one of another kind before it.
        may_mix = mixed < len(taken) - mixed
        free = [
            pair
            for pair in sure
            if pair not in taken
            and max(times[pair.chosen], times[pair.rejected]) < MOST_PER_COMMENT
            and (may_mix or not is_mixed(pair))
        ]
        if not free:
            break
        pair = min(free, key=order)
        taken.append(pair)
        mixed += is_mixed(pair)
        times.update((pair.chosen, pair.rejected))
        uses[facts[pair.chosen].source, True] += 1
        uses[facts[pair.rejected].source, False] += 1
    return taken


def runs_of(text: str) -> frozenset[str]:
    """Runs of five characters, without case and double spaces."""
    plain = " ".join(text.casefold().split())
    return frozenset(
        plain[at : at + _RUN] for at in range(max(len(plain) - _RUN + 1, 1))
    )


def are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts are nearly the same."""
    return len(one & other) >= _ALIKE * len(one | other)
