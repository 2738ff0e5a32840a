"""What the page of a build of MMLA shows."""

from collections import Counter
from typing import NamedTuple

from corpus.models import MediaState
from tasks.mmla.sets import SPLITS
from thinking.models import Build


class LabelRow(NamedTuple):
    """How often a label is right."""

    label: str
    item_count: int
    pct: float


def label_context(build: Build) -> dict[str, object]:
    """Labels in the order of the prompt, and what the data have (two queries)."""
    assert build.labels is not None  # noqa: S101 (callers know the kind)
    labels = build.labels
    places = Counter(build.items.values_list("answer", flat=True))
    total = places.total()
    clips = build.items.filter(video__media__state=MediaState.READY)
    return {
        "label_rows": [
            LabelRow(label, places[place], 100 * places[place] / total)
            for place, label in enumerate(labels.labels)
        ],
        "published_size": labels.sizes[SPLITS.index(build.split)],
        "clip_count": clips.count(),
    }
