"""Where the clips of a set lie: files in folders, or members of archives."""

import shutil
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
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


class FoundClip(NamedTuple):
    """A clip under the name that its row gives it, and its file."""

    name: str
    path: Path


@dataclass
class ClipNames:
    """The clips of a folder, by name in lower case; nothing is unpacked.

    Attributes:
        files: Where each file lies.
        packed: In which archive each of the others is.
        unreadable: Names of empty files, and of those that are no MP4.
        damaged: Archives that break off.
    """

    files: dict[str, Path] = field(default_factory=dict)
    packed: dict[str, Path] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    damaged: list[Path] = field(default_factory=list)

    def counts(self, names: Iterable[str]) -> ClipCounts:
        """How many of these are there."""
        wanted = {name.casefold() for name in names}
        there = wanted & (self.files.keys() | self.packed.keys())
        broken = there & self.unreadable
        return ClipCounts(len(there - broken), len(wanted - there), len(broken))

    def readable(self, names: Iterable[str], scratch: Path) -> Iterator[FoundClip]:
        """The clips of these names that can be read, each as a file.

        An archive is read once, from its beginning to its end; a file that comes from
        one is gone when the next is asked for.

        Args:
            names: As rows name them.
            scratch: Folder for what is unpacked.
        """
        wanted = {name.casefold(): name for name in names}
        packed: dict[Path, dict[str, str]] = defaultdict(dict)
        for key in wanted.keys() - self.unreadable:
            if path := self.files.get(key):
                yield FoundClip(wanted[key], path)
            elif archive := self.packed.get(key):
                packed[archive][key] = wanted[key]
        for archive in sorted(packed):
            yield from _unpacked(archive, packed[archive], scratch)


def clips_in(folders: Iterable[Path]) -> ClipNames:
    """Look through folders and, by their members' names, archives."""
    searched = list(folders)
    found = ClipNames(unpacked_clips(searched))
    found.unreadable.update(
        name for name, path in found.files.items() if not _is_mp4(path)
    )
    for archive in archives_in(searched):
        _look_into(archive, found)
    return found


def unpacked_clips(folders: Iterable[Path]) -> dict[str, Path]:
    """The files alone, by name in lower case; of one name, the first."""
    files: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob(f"*{_SUFFIX}")):
            files.setdefault(path.name.casefold(), path)
    return files


def archives_in(folders: Iterable[Path]) -> list[Path]:
    """What may hold further clips."""
    return [
        archive
        for folder in folders
        for pattern in _ARCHIVES
        for archive in sorted(folder.rglob(pattern))
    ]


def _is_mp4(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(_MARK.stop)[_MARK] == b"ftyp"


def _look_into(archive: Path, found: ClipNames) -> None:
    try:
        for name, size in _members(archive):
            found.packed.setdefault(name, archive)
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


def _unpacked(
    archive: Path, wanted: Mapping[str, str], scratch: Path
) -> Iterator[FoundClip]:
    with tarfile.open(archive, "r|*") as members:
        for member in members:
            key = member.name.rsplit("/", 1)[-1].casefold()
            content = members.extractfile(member) if key in wanted else None
            if content is None:
                continue
            path = scratch / f"clip{_SUFFIX}"
            with content, path.open("wb") as file:
                shutil.copyfileobj(content, file)
            yield FoundClip(wanted[key], path)
