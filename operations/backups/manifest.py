"""What a backup says of itself: which data, from which software, with which hashes.

A backup is a folder:

    manifest.json         this, with size and SHA-256 of every file below
    manifest.json.sha256  the manifest's own, in the form of `sha256sum --check`
    database.dump         pg_dump's custom format
    media/                the files of MEDIA_ROOT
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from operations.errors import BackupError

MANIFEST: Final = "manifest.json"
MANIFEST_HASH: Final = "manifest.json.sha256"
DUMP: Final = "database.dump"
MEDIA: Final = "media"
KIND: Final = "MIMIC-Bench backup"
LAYOUT: Final = 1
_BLOCK_BYTES: Final = 1 << 20


@dataclass(frozen=True)
class KeptFile:
    """One file of a backup: size in bytes, SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What `manifest.json` holds."""

    created_at: str
    software: str
    # Major versions of the server, and of the pg_dump that wrote the dump.
    postgres: int
    pg_dump: int
    database: str
    # "app.name" of each migration that was applied.
    migrations: list[str]
    # Table -> rows, in the same snapshot as the dump.
    rows: dict[str, int]
    # Path below the backup's folder -> what it holds.
    files: dict[str, KeptFile]
    # Media files that were deleted while the backup was being made.
    vanished: list[str]

    @property
    def media_count(self) -> int:
        return len(self.files) - 1

    @property
    def total_bytes(self) -> int:
        return sum(file.size for file in self.files.values())


def write_manifest(folder: Path, manifest: Manifest) -> None:
    content = {"kind": KIND, "layout": LAYOUT, **asdict(manifest)}
    text = json.dumps(content, indent=1, sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(text, "utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    (folder / MANIFEST_HASH).write_text(f"{digest}  {MANIFEST}\n", "ascii")


def read_manifest(folder: Path) -> Manifest:
    """Read and check a backup's manifest, not the files that it names.

    Raises:
        BackupError: this is no backup, is damaged, or of another layout.
    """
    text = _manifest_text(folder)
    try:
        content: dict[str, Any] = json.loads(text)
        kind, layout = content.pop("kind"), content.pop("layout")
    except (ValueError, KeyError, AttributeError) as error:
        raise BackupError(_no_backup(folder)) from error
    if kind != KIND:
        raise BackupError(_no_backup(folder))
    if layout != LAYOUT:
        msg = (
            f"{folder} has layout {layout} and this version reads layout {LAYOUT}. "
            f"Restore it with the version that made it: {content.get('software')}."
        )
        raise BackupError(msg)
    files = {path: KeptFile(**kept) for path, kept in content.pop("files").items()}
    return Manifest(files=files, **content)


def _manifest_text(folder: Path) -> str:
    try:
        text = (folder / MANIFEST).read_bytes()
        wanted = (folder / MANIFEST_HASH).read_text("ascii").split()[0]
    except (OSError, IndexError, UnicodeDecodeError) as error:
        raise BackupError(_no_backup(folder)) from error
    if hashlib.sha256(text).hexdigest() != wanted:
        msg = (
            f"{folder / MANIFEST} is damaged: its SHA-256 is not that of "
            f"{MANIFEST_HASH}. Use another copy of this backup, or an older backup."
        )
        raise BackupError(msg)
    return text.decode()


def _no_backup(folder: Path) -> str:
    inside = [path.name for path in backups_in(folder)]
    if inside:
        return (
            f"{folder} holds {len(inside)} backups and is none itself. Name one of "
            f"them; the newest is {folder / inside[-1]}."
        )
    return (
        f"{folder} is not a backup: there is no readable {MANIFEST} with its "
        f"{MANIFEST_HASH}. Name a folder that `manage.py backup` made."
    )


def backups_in(folder: Path) -> list[Path]:
    """Return whole backups in a folder, the oldest first."""
    return sorted(path.parent for path in folder.glob(f"mimic-*/{MANIFEST_HASH}"))


def copies_in(folder: Path) -> list[Path]:
    """Return whole backups in a folder, encrypted ones too, the oldest first."""
    return sorted([*backups_in(folder), *folder.glob("mimic-*Z.tar.*[ge]")])


def damages(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Read every file of a backup; yield a line for each that is not as it was."""
    for relative, kept in manifest.files.items():
        path = folder / relative
        if not path.is_file():
            yield f"{relative} is missing"
        elif path.stat().st_size != kept.size:
            yield f"{relative} has {path.stat().st_size} bytes instead of {kept.size}"
        elif sha256_of(path) != kept.sha256:
            yield f"{relative} has changed: its SHA-256 is another"
    known = {*manifest.files, MANIFEST, MANIFEST_HASH}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        if not path.is_dir() and relative not in known:
            yield f"{relative} is not of this backup"


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_hashed(source: Path, target: Path) -> KeptFile:
    """Copy a file; return size and hash of what was written.

    Raises:
        FileNotFoundError: the source is gone.
    """
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as read:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as written:
            while block := read.read(_BLOCK_BYTES):
                digest.update(block)
                size += len(block)
                written.write(block)
    return KeptFile(size, digest.hexdigest())
