"""A small folder of MMLA as downloaded, with rows to learn and rows to measure."""

from collections.abc import Sequence
from pathlib import Path

from tasks.mmla.layouts import clip_name
from tasks.mmla.sets import SPLITS, all_sets
from tests.specimens.clips import write_clip


def write_splits(root: Path, name: str, texts: Sequence[str]) -> Path:
    """The same sentences in each split, with labels in turn, each with the same clip.

    Args:
        root: Gets a folder of the data.
        name: Of the set.
        texts: What is said; their ids differ between the splits.
    """
    labels = all_sets()[name]
    folder = root / "MMLA-Datasets"
    clips = folder / labels.folder / "video"
    clips.mkdir(parents=True)
    clip = root / "clip.mp4"
    if not clip.exists():
        write_clip(clip)
    for number, split in enumerate(SPLITS):
        lines = ["id\ttext\tlabel"]
        for place, text in enumerate(texts):
            row_id = f"{number}_{place}"
            label = labels.labels[place % len(labels.labels)]
            lines.append(f"{row_id}\t{text}\t{label}")
            (clips / clip_name(labels, row_id)).hardlink_to(clip)
        table = folder / labels.folder / f"{split}.tsv"
        table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
