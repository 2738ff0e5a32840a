"""An item build: an immutable set of items, named by what it was made from.

The same records, seed and rules give the same items and the same hash on every machine.
A build is a folder: `items.jsonl`, `build.json` (what it was made from, counts, hash),
`yield.csv` (what each video gave and why not more), `report.md`.
"""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from corpus.cleaning import CLEANING_VERSION
from corpus.records import VideoRecord, record_line
from tasks.building import RULES_VERSION, Built, build_items
from tasks.catalogue import PROMPT_VERSION, Task
from tasks.errors import TasksError
from tasks.items import Item, item_line, read_items, video_key, write_items

ITEMS_FILE = "items.jsonl"
MANIFEST_FILE = "build.json"
YIELD_FILE = "yield.csv"
REPORT_FILE = "report.md"
_NAME_LENGTH = 12
_MADE = "item"


@dataclass(frozen=True)
class Build:
    """A set of items, and what it was made from.

    Attributes:
        seed: Of every choice that was left to chance.
        split: Which part of the corpus the records are: benchmark or training. Texts
            of one never stand in items of the other (R5).
        tasks: Those that were built.
        records: SHA-256 of each record, by video.
        items: By video, in the order of the tasks.
        rules_version, prompt_version, cleaning_version: Of the code that made it.
    """

    seed: int
    split: str
    tasks: tuple[Task, ...]
    records: dict[str, str]
    items: tuple[Item, ...]
    rules_version: int = RULES_VERSION
    prompt_version: int = PROMPT_VERSION
    cleaning_version: int = CLEANING_VERSION

    @cached_property
    def sha256(self) -> str:
        """Over the items as canonical JSON Lines."""
        digest = sha256()
        for item in self.items:
            digest.update(item_line(item).encode())
        return digest.hexdigest()

    @cached_property
    def corpus_sha256(self) -> str:
        """Over the hashes of the records, whatever order they came in."""
        lines = (f"{video} {self.records[video]}\n" for video in sorted(self.records))
        return sha256("".join(lines).encode()).hexdigest()

    @property
    def name(self) -> str:
        """What files and pages call the build."""
        return (
            f"{self.split}-r{self.rules_version}-s{self.seed}"
            f"-{self.sha256[:_NAME_LENGTH]}"
        )

    @cached_property
    def counts(self) -> dict[str, int]:
        """Items by task."""
        counted = Counter(item.task for item in self.items)
        return {task.value: counted[task] for task in self.tasks}

    def manifest(self) -> dict[str, Any]:
        """What `build.json` says."""
        return {
            "name": self.name,
            "kind": "thinking",
            "seed": self.seed,
            "split": self.split,
            "rules_version": self.rules_version,
            "prompt_version": self.prompt_version,
            "cleaning_version": self.cleaning_version,
            "counts": self.counts,
            "sha256": self.sha256,
            "corpus_sha256": self.corpus_sha256,
            "records": self.records,
        }


def make_build(
    records: Iterable[VideoRecord],
    *,
    seed: int,
    split: str = "benchmark",
    tasks: Iterable[Task] = tuple(Task),
) -> tuple[Build, Built]:
    """Build the items of one split's records; also how every video fared.

    Raises:
        TasksError: Two records are of one video.
    """
    by_video: dict[str, VideoRecord] = {}
    for record in records:
        if by_video.setdefault(video_key(record), record) is not record:
            message = (
                f"{video_key(record)} is in the records twice; remove one of them."
            )
            raise TasksError(message)
    wanted = tuple(task for task in Task if task in set(tasks))
    built = build_items(by_video.values(), seed=seed, tasks=wanted)
    hashes = {video: record_sha256(by_video[video]) for video in sorted(by_video)}
    return Build(seed, split, wanted, hashes, built.items), built


def record_sha256(record: VideoRecord) -> str:
    """Of the record's line in the records format."""
    return sha256(record_line(record).encode()).hexdigest()


def write_build(build: Build, folder: Path) -> None:
    """Write the items and the manifest.

    Raises:
        TasksError: The folder holds another build: builds never change.
    """
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / MANIFEST_FILE
    if manifest.exists():
        there = json.loads(manifest.read_text(encoding="utf-8"))["name"]
        if there != build.name:
            message = f"{folder} holds the build {there}; choose another folder."
            raise TasksError(message)
    write_items(build.items, folder / ITEMS_FILE, build.name)
    text = json.dumps(build.manifest(), indent=1, ensure_ascii=False)
    manifest.write_text(text + "\n", encoding="utf-8")


def read_build(folder: Path) -> Build:
    """The build that `write_build` wrote.

    Raises:
        TasksError: A file is missing or was changed.
    """
    try:
        said = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        build = Build(
            seed=said["seed"],
            split=said["split"],
            tasks=tuple(Task(task) for task in said["counts"]),
            records=said["records"],
            items=tuple(read_items(folder / ITEMS_FILE)),
            rules_version=said["rules_version"],
            prompt_version=said["prompt_version"],
            cleaning_version=said["cleaning_version"],
        )
        expected = said["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{folder} is not a whole item build: {error}"
        raise TasksError(message) from error
    if build.sha256 != expected:
        message = (
            f"The items in {folder} are not those that were built: their hash is "
            f"{build.sha256[:_NAME_LENGTH]}, the manifest says "
            f"{expected[:_NAME_LENGTH]}. Build them again or restore the file."
        )
        raise TasksError(message)
    return build


def write_yield(build: Build, built: Built, path: Path) -> None:
    """One row a video, one column a task: its item, or why it has none."""
    made = {(item.video, item.task) for item in build.items}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["video", "items", *build.tasks])
        for video in build.records:
            cells = _outcomes(video, build.tasks, made, built)
            writer.writerow([video, cells.count(_MADE), *cells])


def _outcomes(
    video: str,
    tasks: Sequence[Task],
    made: set[tuple[str, Task]],
    built: Built,
) -> list[str]:
    return [
        _MADE if (video, task) in made else built.missing[task][video] for task in tasks
    ]
