"""The inverse question: how large must a study be for intervals of a wanted width?"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from analysis.errors import AnalysisError
from analysis.planning.plan import (
    MOST_VERDICTS,
    Plan,
    check_design,
    plan,
    simulations_in_a_second,
)
from analysis.planning.simulation import Design
from pages.phrases import phrase as _

Varied = Literal["videos", "annotators"]
VARIED: tuple[Varied, ...] = get_args(Varied)
MOST = {"videos": 20_000, "annotators": 2_000}
_START = 16
_TRIAL_VERDICTS = 2_000_000  # simulated for one size that is tried, about
_MOST_TRIALS, _FEWEST_TRIALS = 30, 8


@dataclass(frozen=True)
class Question:
    """What is asked of the planner.

    Attributes:
        design: The study; the number of what is varied does not matter in a search.
        half_width: The largest that any source may have, in points; None asks what to
            expect of the design as it is.
        vary: What the search may change.
    """

    design: Design
    half_width: float | None = None
    vary: Varied = "videos"


@dataclass(frozen=True)
class Try:
    """A size that was tried.

    Attributes:
        size: Videos or annotators.
        half_width: The widest of all sources, in points; None without an interval.
        simulations: How many it rests on.
    """

    size: int
    half_width: float | None
    simulations: int


@dataclass(frozen=True)
class Answer:
    """What a search found.

    Attributes:
        plan: Of the smallest design that is enough; None if no size is.
        tries: Every size tried, in order.
        least, most: The sizes between which was searched.
    """

    plan: Plan | None
    tries: tuple[Try, ...]
    least: int
    most: int


Listener = Callable[[Sequence[Try]], None]


def _silent(tries: Sequence[Try]) -> None:
    """Tell nobody."""


def check_question(question: Question) -> None:
    """Refuse what has no answer at any size, saying why.

    Raises:
        AnalysisError: The design, or its smallest size in a search, is impossible.
    """
    if question.half_width is None:
        check_design(question.design)
    else:
        least, _ = _bounds(question)
        check_design(_sized(question, least))


def search(
    question: Question,
    *,
    simulations: int | None = None,
    seed: int = 0,
    say: Listener = _silent,
) -> Answer:
    """Find the smallest size with which every source is within the half-width.

    Args:
        question: With a half-width.
        simulations: Of the design that is found; as many as a second allows if None.
        seed: Of all simulations.
        say: Is told the tries so far after each of them.

    Raises:
        AnalysisError: The design is impossible at any size.
    """
    wanted = math.inf if question.half_width is None else question.half_width
    least, most = _bounds(question)
    tries: list[Try] = []

    def tried(size: int, count: int) -> Plan:
        made = plan(_sized(question, size), simulations=count, seed=seed)
        widest = made.widest if math.isfinite(made.widest) else None
        tries.append(Try(size, widest, count))
        say(tries)
        return made

    def is_enough(size: int) -> bool:
        verdicts = _sized(question, size).verdicts
        count = min(max(_TRIAL_VERDICTS // verdicts, _FEWEST_TRIALS), _MOST_TRIALS)
        return tried(size, count).widest <= wanted

    size = _smallest(is_enough, least, most)
    found = None
    while size is not None and found is None:
        count = simulations or simulations_in_a_second(_sized(question, size))
        made = tried(size, count)
        if made.widest <= wanted:
            found = made
        else:  # the few simulations of the search were too hopeful
            size = size + max(1, size // 50) if size < most else None
    return Answer(found, tuple(tries), least, most)


def _bounds(question: Question) -> tuple[int, int]:
    design, most = question.design, MOST[question.vary]
    if question.vary == "annotators":
        return max(design.redundancy, 2), most
    allowed = MOST_VERDICTS // replace(design, videos=1).verdicts
    if allowed < 2:  # noqa: PLR2004  (intervals need two)
        raise AnalysisError(
            _("There are too many sources or annotators per video to simulate.")
        )
    return 2, min(most, allowed)


def _sized(question: Question, size: int) -> Design:
    if question.vary == "annotators":
        return replace(question.design, annotators=size)
    return replace(question.design, videos=size)


def _smallest(is_enough: Callable[[int], bool], least: int, most: int) -> int | None:
    """Double until it suffices, then halve the gap to within a fiftieth."""
    below, size = least - 1, min(max(least, _START), most)
    while not is_enough(size):
        if size >= most:
            return None
        below, size = size, min(2 * size, most)
    while size - below > max(1, size // 50):
        middle = (below + size) // 2
        if is_enough(middle):
            size = middle
        else:
            below = middle
    return size
