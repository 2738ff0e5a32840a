"""What a folder of MMLA data holds, before anything is made from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.mmla.clip_files import ClipCounts, ClipNames, clips_in
from tasks.mmla.layouts import find_sets
from tasks.mmla.rows import FoundSet
from tasks.mmla.sets import SPLITS

_SHOWN = 5


@dataclass(frozen=True)
class CheckedSet:
    """One set, and its clips."""

    found: FoundSet
    clips: ClipCounts

    @property
    def is_clean(self) -> bool:
        """Whether a build can be made of it: every label is known."""
        return not self.found.unknown

    @property
    def is_whole(self) -> bool:
        """Every published row is there; rows of another dimension aside."""
        sizes = self.found.labels.sizes
        return all(
            len(self.found.rows[split]) == size
            for split, size in zip(SPLITS, sizes, strict=True)
        )


@dataclass(frozen=True)
class CheckedFolder:
    """All sets of a folder."""

    sets: Sequence[CheckedSet]
    clips: ClipNames


def check_folder(folder: Path, clip_folders: Sequence[Path] = ()) -> CheckedFolder:
    """Read every file of rows and every name of a clip; nothing is copied.

    Args:
        folder: With the data in any layout.
        clip_folders: Where further clips lie, such as those that are not published.

    Raises:
        TasksError: A file cannot be read.
    """
    clips = clips_in([folder, *clip_folders])
    sets = []
    for found in find_sets(folder):
        names = [row.clip for split in SPLITS for row in found.rows[split]]
        sets.append(CheckedSet(found, clips.counts(names)))
    return CheckedFolder(sets, clips)


def check_table(checked: CheckedFolder) -> str:
    """Markdown: a row a set, then what is wrong."""
    head = (
        "| set | layout | train | dev | test | clips found | missing | unreadable "
        "| other dimension | unknown labels |"
    )
    lines = [head, "| --- |" + " --- |" * 9]
    for one in checked.sets:
        found = one.found
        sizes = [
            _against(len(found.rows[split]), size)
            for split, size in zip(SPLITS, found.labels.sizes, strict=True)
        ]
        lines.append(
            f"| {found.labels.name} | {found.layout} | {' | '.join(sizes)} "
            f"| {one.clips.found} | {one.clips.missing} | {one.clips.unreadable} "
            f"| {found.dropped_count} | {len(found.unknown)} |"
        )
    lines += [
        f"- {where}: {label!r} is no label of {one.found.labels.name}"
        for one in checked.sets
        for label, where in one.found.unknown[:_SHOWN]
    ]
    lines += [f"- {path} is damaged: it breaks off" for path in checked.clips.damaged]
    if not checked.sets:
        lines = ["No MMLA data was found in this folder, in none of the three layouts."]
    return "\n".join(lines) + "\n"


def _against(count: int, published: int) -> str:
    return str(count) if count == published else f"{count} (published: {published})"
