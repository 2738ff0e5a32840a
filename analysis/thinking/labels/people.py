"""What people made of the utterances of one set."""

import numpy as np

from analysis.judgments.arrays import IntArray
from analysis.metrics.agreement import fleiss_kappa, krippendorff_alpha, patterns
from analysis.metrics.answered import Rate, two_way_rate
from analysis.metrics.undefined import Undefined
from analysis.thinking.labels.answers import LabelAnswers, published_places
from analysis.thinking.labels.results import LabelPeople
from analysis.thinking.people import COMPARABLE, NO_PAIRS, NO_TIMES, people_subsets
from tasks.mmla.metrics import classification


def label_people(answered: LabelAnswers) -> LabelPeople | None:
    """Every figure of the human row; None where nobody answered."""
    replies, items = answered.people, answered.items
    if not replies:
        return None
    labels = answered.build.labels
    numbers = {item_id: number for number, item_id in enumerate(items.ids)}
    codes = sorted({reply.person for reply in replies})
    item = np.array([numbers[reply.item_id] for reply in replies], dtype=np.int64)
    person = np.searchsorted(codes, [reply.person for reply in replies])
    label = published_places(
        labels,
        np.array([reply.place for reply in replies], dtype=np.int64),
        np.array([reply.rotation for reply in replies], dtype=np.int64),
    )
    right = (label == items.gold[item]).astype(np.float64)
    cluster = items.cluster[item]

    def over(rows: IntArray) -> Rate:
        group = np.zeros_like(rows)
        return two_way_rate(right[rows], group, person[rows], cluster[rows])

    own = np.bincount(person, right) / np.bincount(person)
    width = len(labels.labels)
    counts: IntArray = np.bincount(
        item * width + label, minlength=len(items.ids) * width
    ).reshape(-1, width)
    comparable = counts.sum(axis=1) >= COMPARABLE
    has_pairs = bool(comparable.any())
    is_most = counts == counts.max(axis=1, keepdims=True)
    rows = np.arange(len(counts))
    earned = is_most[rows, items.gold] / is_most.sum(axis=1)
    missed = comparable & (counts[rows, items.gold] == 0)
    seconds = [reply.seconds for reply in replies if reply.seconds is not None]
    none = Undefined(NO_PAIRS)
    return LabelPeople(
        people=len(codes),
        answers=len(item),
        accuracy=over(np.arange(len(item))),
        scores=classification(
            [labels.labels[place] for place in items.gold[item]],
            [labels.labels[place] for place in label],
            labels.labels,
        ),
        majority_pct=100 * float(earned[comparable].mean()) if has_pairs else none,
        lowest_pct=100 * float(own.min()),
        highest_pct=100 * float(own.max()),
        kappa=fleiss_kappa(patterns(counts)) if has_pairs else none,
        alpha=krippendorff_alpha(counts, "nominal") if has_pairs else none,
        median_seconds=float(np.median(seconds)) if seconds else Undefined(NO_TIMES),
        known_pct=100 * float(np.mean([reply.knows_video for reply in replies])),
        subsets=people_subsets(replies, over),
        missed=tuple(items.ids[number] for number in np.flatnonzero(missed)),
    )
