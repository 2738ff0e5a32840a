"""The human row: what people made of the items."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from analysis.judgments.arrays import FloatArray, IntArray
from analysis.metrics.agreement import fleiss_kappa, krippendorff_alpha, patterns
from analysis.metrics.answered import Rate, two_way_rate
from analysis.metrics.undefined import Undefined
from analysis.thinking.answers import Answered, Items, PersonReply
from analysis.thinking.results import PeopleResult, PeopleSubset
from pages.phrases import phrase as _
from tasks.catalogue import LETTERS, Task

NO_TIMES = _("no times recorded")
NOT_ALL_TASKS = _("not asked every task")
NO_PAIRS = _("no item has two answers")
_TASKS = list(Task)
_BOTH = (True, True)
# Answers to an item from which on people can be compared.
COMPARABLE = 2


def people_result(answered: Answered) -> PeopleResult | None:
    """Every figure of the human row; None where nobody answered."""
    replies, items = answered.people, answered.items
    if not replies:
        return None
    numbers = {item_id: number for number, item_id in enumerate(items.ids)}
    codes = sorted({reply.person for reply in replies})
    item = np.array([numbers[reply.item_id] for reply in replies], dtype=np.int64)
    person = np.searchsorted(codes, [reply.person for reply in replies])
    place = np.array([reply.place - reply.rotation for reply in replies]) % len(LETTERS)
    right = (place == items.answer[item]).astype(np.float64)
    task, video = items.task[item], items.video[item]
    is_whole = len(np.unique(task)) == len(items.tasks)

    def over(rows: IntArray, *, pooled: bool = False) -> Rate:
        group = np.zeros_like(rows) if pooled else task[rows]
        return two_way_rate(right[rows], group, person[rows], video[rows])

    everything = np.arange(len(item))
    own = np.bincount(person, right) / np.bincount(person)
    counts = _counts(item, place, items)
    majority = _majority(counts, items)
    seconds = [reply.seconds for reply in replies if reply.seconds is not None]
    # Agreement has its own words for none, which speak of comments.
    has_pairs = bool((counts.sum(axis=1) >= COMPARABLE).any())
    return PeopleResult(
        people=len(codes),
        answers=len(item),
        tasks={
            one.value: over(np.flatnonzero(task == _TASKS.index(one)))
            for one in items.tasks
        },
        macro=over(everything) if is_whole else _no_rate(),
        micro=over(everything, pooled=True) if is_whole else _no_rate(),
        majority=majority,
        majority_macro=float(np.mean([*majority.values()])),
        lowest_pct=100 * float(own.min()),
        highest_pct=100 * float(own.max()),
        kappa=fleiss_kappa(patterns(counts)) if has_pairs else Undefined(NO_PAIRS),
        alpha=(
            krippendorff_alpha(counts, "nominal") if has_pairs else Undefined(NO_PAIRS)
        ),
        median_seconds=float(np.median(seconds)) if seconds else Undefined(NO_TIMES),
        known_pct=100 * float(np.mean([reply.knows_video for reply in replies])),
        missed=_missed(counts, items),
        subsets=people_subsets(
            replies,
            lambda rows: (
                over(rows)
                if len(np.unique(task[rows])) == len(items.tasks)
                else _no_rate()
            ),
        ),
    )


def people_subsets(
    replies: Sequence[PersonReply], rate_of: Callable[[IntArray], Rate]
) -> tuple[PeopleSubset, ...]:
    """Accuracy over all answers, and without what people knew or looked up.

    Args:
        replies: All answers.
        rate_of: The accuracy over the answers of these numbers.
    """
    knows = np.array([reply.knows_video for reply in replies])
    looked_up = np.array([reply.looked_up for reply in replies])
    found = []
    for no_known, no_looked_up in ((False, False), (True, False), (False, True), _BOTH):
        left_out = (knows & no_known) | (looked_up & no_looked_up)
        rows = np.flatnonzero(~left_out)
        found.append(PeopleSubset(no_known, no_looked_up, len(rows), rate_of(rows)))
    return tuple(found)


def _no_rate() -> Rate:
    none = Undefined(NOT_ALL_TASKS)
    return Rate(none, none, none, none, 0, 0)


def _counts(item: IntArray, place: IntArray, items: Items) -> IntArray:
    """(items, 4) how many people chose each of an item's own options."""
    width = len(LETTERS)
    cells = np.bincount(item * width + place, minlength=len(items.ids) * width)
    return cells.reshape(-1, width)


def _majority(counts: IntArray, items: Items) -> dict[str, float]:
    """Of each task, in percent; ties share what they would earn."""
    is_most = counts == counts.max(axis=1, keepdims=True)
    ours = is_most[np.arange(len(counts)), items.answer]
    earned: FloatArray = ours / is_most.sum(axis=1)
    comparable = counts.sum(axis=1) >= COMPARABLE
    found = {}
    for one in items.tasks:
        rows = comparable & (items.task == _TASKS.index(one))
        share = float(earned[rows].mean()) if rows.any() else math.nan
        found[one.value] = Undefined(NO_PAIRS) if math.isnan(share) else 100 * share
    return found


def _missed(counts: IntArray, items: Items) -> tuple[str, ...]:
    right = counts[np.arange(len(counts)), items.answer]
    wrong = (counts.sum(axis=1) >= COMPARABLE) & (right == 0)
    return tuple(items.ids[number] for number in np.flatnonzero(wrong))
