"""The numbers of preference data, for pages and for the README."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.preferences.readings import FEWEST_BATCHES, Readings
from analysis.preferences.rows import Row
from analysis.preferences.splits import SPLITS


@dataclass(frozen=True)
class LeftOut:
    """What the export does not use, and why.

    Attributes:
        annotators: Who agreed to no text that names training.
        benchmark_videos: Labels of videos of benchmark selections.
    """

    annotators: int = 0
    benchmark_videos: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counts:
    """The numbers of an export.

    Attributes:
        rows, videos: By split.
        judgments, annotators: That the readings rest on.
        comments: With a verdict.
        sources: Lines of each source; of pairs, of the chosen comments.
        rejected_sources: Of the rejected comments.
        human_labels: Lines labelled human; mixed_pairs: Pairs of both origins.
        left_out_annotators, left_out_videos: See `LeftOut`.
        agreement: Spearman's correlation of theta with the simple readings.
        known_annotators: Who judged four batches or more.
        discrimination: Lowest and highest among them.
        is_settled: Whether the model's fit came to an end.
    """

    rows: dict[str, int]
    videos: dict[str, int]
    judgments: int
    annotators: int
    comments: int
    sources: dict[str, int]
    rejected_sources: dict[str, int]
    human_labels: int
    mixed_pairs: int
    left_out_annotators: int
    left_out_videos: int
    agreement: dict[str, float]
    known_annotators: int
    discrimination: tuple[float, float]
    is_settled: bool


def counts_of(
    rows: Sequence[Row], readings: Readings, splits: Mapping[str, str], left: LeftOut
) -> Counts:
    judgments, model = readings.judgments, readings.model
    had = np.unique(np.stack([judgments.annotator, judgments.video]), axis=1)[0]
    batches = np.bincount(had, minlength=len(judgments.annotators))
    known = model.discrimination[batches >= FEWEST_BATCHES]
    chosen = Counter(row.get("chosen_source") or row["source"] for row in rows)
    rejected = Counter(row["rejected_source"] for row in rows if "rejected" in row)
    return Counts(
        rows={one: sum(splits[row["video"]] == one for row in rows) for one in SPLITS},
        videos={one: [*splits.values()].count(one) for one in SPLITS},
        judgments=len(judgments),
        annotators=int((batches > 0).sum()),
        comments=int(readings.is_usable.sum()),
        sources=dict(sorted(chosen.items())),
        rejected_sources=dict(sorted(rejected.items())),
        human_labels=sum(bool(row.get("label")) for row in rows),
        mixed_pairs=sum(
            row.get("chosen_origin") != row.get("rejected_origin") for row in rows
        ),
        left_out_annotators=left.annotators,
        left_out_videos=len(left.benchmark_videos),
        agreement=_agreement(readings),
        known_annotators=len(known),
        discrimination=(
            (round(float(known.min()), 2), round(float(known.max()), 2))
            if len(known)
            else (float("nan"), float("nan"))
        ),
        is_settled=model.is_settled,
    )


def _agreement(readings: Readings) -> dict[str, float]:
    from scipy.stats import spearmanr

    usable = readings.is_usable
    others = {
        "smoothed_share": readings.smoothed_share,
        "dawid_skene": readings.skilled,
        "strength": readings.strength,
    }
    found = {}
    for name, values in others.items():
        both = usable & ~np.isnan(values) & ~np.isnan(readings.model.theta)
        varies = both.any() and np.ptp(values[both]) > 0
        found[name] = (
            float(spearmanr(values[both], readings.model.theta[both]).statistic)
            if varies
            else float("nan")
        )
    return found
