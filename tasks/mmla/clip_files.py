"""Where the clips of a set lie: files in folders, or members of archives."""

import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_ARCHIVES = ("*.tar.gz", "*.tgz", "*.tar")
_SUFFIX = ".mp4"
# Where the mark of an MP4 file lies.
_MARK = slice(4, 8)


class ClipCounts(NamedTuple):
    """Of the clips that rows name."""

    found: int
    missing: int
    unreadable: int


@dataclass
class ClipNames:
    """The clips of a folder, by name in lower case; nothing is unpacked.

    Attributes:
        files: Where each file lies.
        packed: Names in archives.
        unreadable: Names of empty files, and of those that are no MP4.
        damaged: Archives that break off.
    """

    files: dict[str, Path] = field(default_factory=dict)
    packed: set[str] = field(default_factory=set)
    unreadable: set[str] = field(default_factory=set)
    damaged: list[Path] = field(default_factory=list)

    def counts(self, names: Iterable[str]) -> ClipCounts:
        """How many of these are there."""
        wanted = {name.casefold() for name in names}
        there = wanted & (self.files.keys() | self.packed)
        broken = there & self.unreadable
        return ClipCounts(len(there - broken), len(wanted - there), len(broken))

    def path_of(self, name: str) -> Path | None:
        """The file of a clip; None where it is missing or packed."""
        return self.files.get(name.casefold())


def clips_in(folders: Iterable[Path]) -> ClipNames:
    """Look through folders and, by their members' names, archives."""
    found = ClipNames()
    for folder in folders:
        for path in sorted(folder.rglob(f"*{_SUFFIX}")):
            name = path.name.casefold()
            found.files.setdefault(name, path)
            if not _is_mp4(path):
                found.unreadable.add(name)
        for pattern in _ARCHIVES:
            for archive in sorted(folder.rglob(pattern)):
                _look_into(archive, found)
    return found


def _is_mp4(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(_MARK.stop)[_MARK] == b"ftyp"


def _look_into(archive: Path, found: ClipNames) -> None:
    try:
        for name, size in _members(archive):
            found.packed.add(name)
            if not size:
                found.unreadable.add(name)
    except (tarfile.TarError, OSError, EOFError):
        found.damaged.append(archive)


def _members(archive: Path) -> Iterator[tuple[str, int]]:
    """Names and sizes as they come: a stream needs no unpacking and no seeking."""
    with tarfile.open(archive, "r|*") as members:
        for member in members:
            name = member.name.rsplit("/", 1)[-1].casefold()
            if member.isfile() and name.endswith(_SUFFIX):
                yield name, member.size
