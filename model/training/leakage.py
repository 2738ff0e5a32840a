"""Training data and benchmark never share a video: by id, file, or look.

`python -m model.training leaks CONFIG.toml` looks at every clip and compares training,
held-out and benchmark videos; a run then only compares what is known.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from corpus.records import VideoRecord
from model.training.config import TrainingConfig
from model.training.corpus_files import is_held_out, read_records
from model.training.errors import TrainingError
from model.training.fingerprints import Fingerprint, Fingerprints, near_pairs
from model.training.label_examples import gather_labels
from tasks.items import video_key

# Of 64 bits a frame: encoding the same clip anew changes a few, other clips differ in
# about half.
_MAX_MEAN_DISTANCE = 6.0
_SHOWN = 5
# New clips that a run looks at itself at its start; more are the command's work.
_AT_START = 200


class Clip(NamedTuple):
    """A record's file, where it has one."""

    key: str
    path: Path | None


@dataclass(frozen=True)
class Leak:
    """A video of one side that is also in another.

    Attributes:
        video: The first side's.
        other: The second side's.
        reason: By what they are the same.
    """

    video: str
    other: str
    reason: str

    def __str__(self) -> str:
        return f"{self.video} is {self.other} ({self.reason})"


class Sides(NamedTuple):
    """The clips of each side."""

    training: list[Clip]
    held_out: list[Clip]
    benchmark: list[Clip]

    @property
    def files(self) -> list[Path]:
        return [clip.path for side in self for clip in side if clip.path]


class LeakReport(NamedTuple):
    """What the sides share."""

    training_in_benchmark: list[Leak]
    held_out_in_benchmark: list[Leak]
    training_in_held_out: list[Leak]

    @property
    def in_benchmark(self) -> list[Leak]:
        return [*self.training_in_benchmark, *self.held_out_in_benchmark]


def clips_of(records: Iterable[VideoRecord], folder: Path) -> list[Clip]:
    """The records' names and existing files."""
    clips = []
    for record in records:
        path = folder / record.video_path if record.video_path else None
        clips.append(Clip(video_key(record), path if path and path.is_file() else None))
    return clips


def sides_of(config: TrainingConfig) -> Sides:
    """Read the records of all three.

    Raises:
        TrainingError: A file of records is not there.
    """
    data = config.data
    benchmark = clips_of(
        read_records(data.benchmark_records).records, Path(data.benchmark_clips)
    )
    if data.kind == "mmla":
        labels = gather_labels(data)
        learnt, held_out = (
            [Clip(*video) for video in labels.videos(is_held_out=side)]
            for side in (False, True)
        )
        return Sides(learnt, held_out, benchmark)
    files = (*data.records, *data.comment_records, *data.task_records)
    records = read_records(files, data.licenses).records
    parts: tuple[list[VideoRecord], list[VideoRecord]] = ([], [])
    for record in records:
        parts[is_held_out(record, data.held_out_share)].append(record)
    return Sides(
        clips_of(parts[0], Path(data.clips)),
        clips_of(parts[1], Path(data.clips)),
        benchmark,
    )


def report_leaks(config: TrainingConfig, *, workers: int = 0) -> LeakReport:
    """Look at every clip that is not known yet, and compare all sides."""
    sides, index = sides_of(config), Fingerprints(config.fingerprint_file)
    index.update(sides.files, workers=workers)
    known = index.of(sides.files)
    return LeakReport(
        find_leaks(sides.training, sides.benchmark, known),
        find_leaks(sides.held_out, sides.benchmark, known),
        find_leaks(sides.training, sides.held_out, known),
    )


def refuse_leaks(sides: Sides, index: Fingerprints) -> None:
    """Compare the benchmark with what is learnt and measured, from what is known.

    Raises:
        TrainingError: They share videos, or many clips were not looked at yet.
    """
    if not sides.benchmark:
        return
    missing = index.missing(sides.files)
    if len(missing) > _AT_START:
        message = (
            f"{len(missing)} clips were not compared with the benchmark yet: run "
            "`python -m model.training leaks CONFIG.toml` once, on a machine with "
            "many cores."
        )
        raise TrainingError(message)
    index.update(missing)
    known = index.of(sides.files)
    leaks = find_leaks([*sides.training, *sides.held_out], sides.benchmark, known)
    if leaks:
        message = (
            f"{len(leaks)} videos of the training data are in the benchmark; take them "
            f"out of the training records:\n{listed(leaks)}"
        )
        raise TrainingError(message)


def listed(leaks: Sequence[Leak]) -> str:
    """The first few, one a line."""
    lines = [f"  {leak}" for leak in leaks[:_SHOWN]]
    if len(leaks) > _SHOWN:
        lines.append(f"  and {len(leaks) - _SHOWN} more")
    return "\n".join(lines)


def find_leaks(
    clips: Sequence[Clip], others: Sequence[Clip], known: dict[Path, Fingerprint]
) -> list[Leak]:
    """Every video of the first side that the second has, with the first reason found.

    Args:
        clips: Of the first side.
        others: Of the second.
        known: Fingerprints of their files.
    """
    found: dict[str, Leak] = {}
    for leaks in (_same_ids, _same_files, _same_looks):
        left = [clip for clip in clips if clip.key not in found]
        found |= {leak.video: leak for leak in leaks(left, others, known)}
    return list(found.values())


_Known = dict[Path, Fingerprint]


def _same_ids(
    clips: Sequence[Clip], others: Sequence[Clip], _: _Known
) -> Iterator[Leak]:
    keys = {clip.key for clip in others}
    return (Leak(c.key, c.key, "same id") for c in clips if c.key in keys)


def _same_files(
    clips: Sequence[Clip], others: Sequence[Clip], known: _Known
) -> Iterator[Leak]:
    names = {
        known[clip.path].content: clip.key
        for clip in others
        if clip.path and clip.path in known
    }
    for clip in clips:
        if clip.path in known and (name := names.get(known[clip.path].content)):
            yield Leak(clip.key, name, "same file")


def _same_looks(
    clips: Sequence[Clip], others: Sequence[Clip], known: _Known
) -> Iterator[Leak]:
    """A file that does not decode has no look, and is not learnt from either."""
    ours, theirs = (
        [
            (clip.key, look)
            for clip in side
            if clip.path in known and (look := known[clip.path].look) is not None
        ]
        for side in (clips, others)
    )
    pairs = near_pairs(
        [look for _, look in ours],
        [look for _, look in theirs],
        limit=_MAX_MEAN_DISTANCE,
    )
    for place, other in pairs:
        yield Leak(ours[place][0], theirs[other][0], "looks the same")
