"""Examples on disk, written once for all processes and runs on the same data.

A process then holds a few numbers an example and reads the rest when it is asked for,
so that 150,000 videos start as fast as 15.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from model.training.config import DataConfig, TrainingConfig
from model.training.examples import Example, Examples, gather
from model.training.label_examples import (
    files_of_rows,
    gather_labels,
    plain_label_item,
    read_label_item,
)
from tasks.items import Item, parse_item
from tasks.mmla.items import LabelItem
from tasks.scoring import Question

# Raise it with every change of what examples are made of or how they are stored.
_VERSION = 1
_MEASURED_AT_ONCE = 1000
_COUNTS = "counts.json"
_SIDES = ("training", "held_out")


class Measure(Protocol):
    """Counts the tokens of examples' words, many at a time."""

    @property
    def key(self) -> str:
        """Another one for another tokenizer."""
        ...

    def __call__(self, examples: Sequence[Example]) -> list[int]: ...


class StoredExamples(Sequence[Example]):
    """Examples of one side, read from their file one by one.

    Attributes:
        word_counts: Tokens of each example's words.
        clip_numbers: The same for examples about one clip; each its own without clips.
    """

    def __init__(self, folder: Path, side: str) -> None:
        self._path = folder / f"{side}.jsonl"
        with np.load(folder / f"{side}.npz") as numbers:
            self._starts: NDArray[np.int64] = numbers["starts"]
            self.word_counts: NDArray[np.int32] = numbers["word_counts"]
            self.clip_numbers: NDArray[np.int32] = numbers["clip_numbers"]
        self._opened: tuple[int, int] | None = None

    def __len__(self) -> int:
        return len(self.word_counts)

    @overload
    def __getitem__(self, index: int) -> Example: ...
    @overload
    def __getitem__(self, index: slice) -> list[Example]: ...
    def __getitem__(self, index: int | slice) -> Example | list[Example]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            message = f"There are {len(self)} examples."
            raise IndexError(message)
        place = index % len(self)
        start, end = (int(self._starts[at]) for at in (place, place + 1))
        return _example(json.loads(os.pread(self._descriptor(), end - start, start)))

    def _descriptor(self) -> int:
        """Of the file, opened in each process by itself."""
        process = os.getpid()
        if self._opened is None or self._opened[0] != process:
            self._opened = (process, os.open(self._path, os.O_RDONLY))
        return self._opened[1]

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_opened": None}


def stored_examples(config: TrainingConfig, measure: Measure) -> Examples:
    """The examples of a run's data, written now if no run wrote them before.

    Several processes may ask at once: one writes, the others wait.

    Raises:
        TrainingError: A file of records is not there.
    """
    folder = config.example_folder / _key(config, measure)
    if not (folder / _COUNTS).is_file():
        with _alone(folder):
            if not (folder / _COUNTS).is_file():
                _write(config.data, measure, folder)
    counts = json.loads((folder / _COUNTS).read_text(encoding="utf-8"))
    training, held_out = (StoredExamples(folder, side) for side in _SIDES)
    return Examples(training=training, held_out=held_out, **counts)


class StoredVideo(NamedTuple):
    """A video that examples are about; its file where they show it."""

    key: str
    clip: Path | None


def stored_videos(
    config: TrainingConfig, measure: Measure
) -> tuple[list[StoredVideo], list[StoredVideo]]:
    """Whatever is learnt from, and whatever is held out, once `stored_examples` ran."""
    folder = config.example_folder / _key(config, measure)
    training, held_out = (
        [
            StoredVideo(key, None if clip is None else Path(clip))
            for key, clip in json.loads((folder / f"{side}.videos.json").read_text())
        ]
        for side in _SIDES
    )
    return training, held_out


def _write(data: DataConfig, measure: Measure, folder: Path) -> None:
    gathered = gather_labels(data) if data.kind == "mmla" else gather(data)
    folder.mkdir(parents=True, exist_ok=True)
    for side in _SIDES:
        examples = gathered.examples(is_held_out=side == "held_out")
        _write_side(examples, measure, folder, side)
        videos = gathered.videos(is_held_out=side == "held_out")
        plain = [(key, clip and str(clip)) for key, clip in videos]
        (folder / f"{side}.videos.json").write_text(json.dumps(plain))
    # Last: what a kill left has none, and is written again.
    text = json.dumps(asdict(gathered.counts))
    (folder / _COUNTS).write_text(text, encoding="utf-8")


def _write_side(
    examples: Iterable[Example], measure: Measure, folder: Path, side: str
) -> None:
    numbers = _Numbers()
    with (folder / f"{side}.jsonl").open("wb") as file:
        left = iter(examples)
        while part := list(islice(left, _MEASURED_AT_ONCE)):
            for example, count in zip(part, measure(part), strict=True):
                line = json.dumps(_plain(example), ensure_ascii=False) + "\n"
                file.write(encoded := line.encode())
                numbers.add(len(encoded), count, example.clip)
    numbers.save(folder / f"{side}.npz")


class _Numbers:
    """What every process holds of each example."""

    def __init__(self) -> None:
        self._sizes: list[int] = []
        self._counts: list[int] = []
        self._clips: list[int] = []
        self._numbers: dict[Path | int, int] = {}

    def add(self, size: int, word_count: int, clip: Path | None) -> None:
        self._sizes.append(size)
        self._counts.append(word_count)
        key = clip or len(self._clips)
        self._clips.append(self._numbers.setdefault(key, len(self._numbers)))

    def save(self, path: Path) -> None:
        starts = np.zeros(len(self._sizes) + 1, dtype=np.int64)
        np.cumsum(np.array(self._sizes, dtype=np.int64), out=starts[1:])
        np.savez(
            path,
            starts=starts,
            word_counts=np.array(self._counts, dtype=np.int32),
            clip_numbers=np.array(self._clips, dtype=np.int32),
        )


def _plain(example: Example) -> dict[str, Any]:
    return {
        "prompt": example.prompt,
        "answer": example.answer,
        "clip": None if example.clip is None else str(example.clip),
        "question": _plain_question(example.question),
    }


def _plain_question(item: Question | None) -> dict[str, Any] | None:
    if item is None:
        return None
    if isinstance(item, LabelItem):
        return plain_label_item(item)
    if not isinstance(item, Item):
        message = "Only items of the seven tasks and of MMLA are stored."
        raise TypeError(message)
    return {"item_id": item.item_id, **asdict(item)}


def _question(values: dict[str, Any] | None) -> Question | None:
    if values is None:
        return None
    return read_label_item(values) if "set" in values else parse_item(values)


def _example(values: dict[str, Any]) -> Example:
    clip = values["clip"]
    return Example(
        values["prompt"],
        values["answer"],
        None if clip is None else Path(clip),
        _question(values["question"]),
    )


@dataclass(frozen=True)
class _Source:
    """A file, or a folder of clips, as it was when examples were made of it."""

    path: str
    size: int
    time_ns: int

    @classmethod
    def of(cls, path: Path) -> "_Source":
        facts = path.stat()
        return cls(str(path), facts.st_size, facts.st_mtime_ns)


def _key(config: TrainingConfig, measure: Measure) -> str:
    """Another one for other records, clips, settings, or tokenizer."""
    data = config.data
    # What a run writes beside its clips is not a clip. The examples' folder is there
    # before the clips' folder is asked for its time, which a new one would change.
    own = (config.example_folder, config.output_folder)
    config.example_folder.mkdir(parents=True, exist_ok=True)
    names = (*data.records, *data.comment_records, *data.task_records)
    files = [Path(name) for name in names if Path(name).is_file()]
    for folder in map(Path, data.item_builds):
        files += sorted(folder.iterdir()) if folder.is_dir() else []
    files += files_of_rows(data)
    clips = Path(data.clips)
    if data.shows_video and (data.clips or data.kind == "records") and clips.is_dir():
        # A new file changes the time of its folder; records name few levels of them.
        folders = (path for path in clips.iterdir() if path.is_dir())
        files += [clips, *sorted(path for path in folders if path not in own)]
    sources = [asdict(_Source.of(path)) for path in files]
    values = [_VERSION, asdict(data), sources, measure.key]
    text = json.dumps(values, sort_keys=True)
    return blake2b(text.encode(), digest_size=12).hexdigest()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time; a killed one lets go by itself."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
