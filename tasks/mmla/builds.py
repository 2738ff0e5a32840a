"""A build of one set and split: its rows in order, with a hash over them."""

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from tasks.builds import ITEMS_FILE, MANIFEST_FILE
from tasks.errors import TasksError
from tasks.mmla.items import LabelItem
from tasks.mmla.metrics import majority_pct
from tasks.mmla.prompts import PROMPT_VERSION
from tasks.mmla.rows import Utterance
from tasks.mmla.sets import LabelSet, all_sets

_NAME_LENGTH = 12


@dataclass(frozen=True)
class LabelBuild:
    """The items of one set and split; options are the set's labels."""

    labels: LabelSet
    split: str
    utterances: tuple[Utterance, ...]
    prompt_version: int = PROMPT_VERSION

    @cached_property
    def sha256(self) -> str:
        """Over ids, texts and labels, by id."""
        digest = sha256()
        for one in self.utterances:
            line = json.dumps([one.row_id, one.text, one.label], ensure_ascii=False)
            digest.update(f"{line}\n".encode())
        return digest.hexdigest()

    @property
    def name(self) -> str:
        return f"mmla-{self.labels.name}-{self.split}-{self.sha256[:_NAME_LENGTH]}"

    @cached_property
    def items(self) -> tuple[LabelItem, ...]:
        """What is asked of each utterance."""
        return tuple(LabelItem(self.labels, one) for one in self.utterances)

    def manifest(self) -> dict[str, Any]:
        """What `build.json` says."""
        return {
            "name": self.name,
            "kind": "mmla",
            "set": self.labels.name,
            "split": self.split,
            "prompt_version": self.prompt_version,
            "labels": self.labels.labels,
            "counts": {"items": len(self.utterances)},
            "cluster_count": len({one.cluster for one in self.utterances}),
            "majority_pct": majority_pct(one.label for one in self.utterances),
            "sha256": self.sha256,
        }


def make_label_build(
    labels: LabelSet, split: str, utterances: list[Utterance]
) -> LabelBuild:
    """Sort the rows by id, so that the order of files does not matter.

    Raises:
        TasksError: There are no rows, or an id is there twice.
    """
    if not utterances:
        message = f"There are no rows of {labels.name}'s {split} split."
        raise TasksError(message)
    ordered = sorted(utterances, key=lambda one: one.row_id)
    ids = [one.row_id for one in ordered]
    for one, other in pairwise(ids):
        if one == other:
            message = f"{labels.name}, {split}: the id {one} is there twice."
            raise TasksError(message)
    return LabelBuild(labels, split, tuple(ordered))


def write_label_build(build: LabelBuild, folder: Path) -> None:
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
    with (folder / ITEMS_FILE).open("w", encoding="utf-8", newline="\n") as file:
        for one in build.utterances:
            file.write(label_item_line(one, build.name))
    text = json.dumps(build.manifest(), indent=1, ensure_ascii=False)
    manifest.write_text(text + "\n", encoding="utf-8")


def label_item_line(utterance: Utterance, build: str) -> str:
    """One row of a build as JSON."""
    fields = {"build": build, **asdict(utterance)}
    return json.dumps(fields, ensure_ascii=False) + "\n"


def read_label_build(folder: Path) -> LabelBuild:
    """The build that `write_label_build` wrote.

    Raises:
        TasksError: A file is missing or was changed.
    """
    try:
        said = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        rows = []
        # Not `splitlines`: what people say may hold other ends of lines.
        for line in (folder / ITEMS_FILE).read_text(encoding="utf-8").split("\n"):
            if line:
                fields = json.loads(line)
                del fields["build"]
                rows.append(Utterance(**fields))
        labels = all_sets()[said["set"]]
        build = LabelBuild(labels, said["split"], tuple(rows), said["prompt_version"])
        expected = said["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{folder} is not a whole build of MMLA: {error}"
        raise TasksError(message) from error
    if build.sha256 != expected:
        message = f"The items in {folder} were changed after they were built."
        raise TasksError(message)
    return build
