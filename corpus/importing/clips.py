"""Clips that come with records: found in a folder, hashed, copied into the media."""

import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import ClipNotFoundError
from corpus.media_files import stored
from pages.phrases import phrase as _

ORIGINALS = "originals"

_SAFE_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Clip:
    """A file in the folder of clips, and what identifies it."""

    path: Path
    sha256: str
    byte_count: int


@dataclass(frozen=True, slots=True)
class ClipFolder:
    """A folder whose files records may name; nothing outside it can be reached."""

    root: Path

    def clip(self, relative: str) -> Clip:
        """Find and hash a file.

        Raises:
            ClipNotFoundError: It is not there, not a file, outside, or not readable.
        """
        path = self._inside(relative)
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256")
            return Clip(path, digest.hexdigest(), path.stat().st_size)
        except OSError as error:
            msg = _(
                "%(file)s can't be read: %(problem)s",
                file=relative,
                problem=error.strerror or "",
            )
            raise ClipNotFoundError(msg) from error

    def _inside(self, relative: str) -> Path:
        try:
            path = (self.root / relative).resolve(strict=True)
        except (OSError, RuntimeError) as error:
            msg = _("%(file)s is not in the folder of clips", file=relative)
            raise ClipNotFoundError(msg) from error
        # After links are resolved, for a link may lead anywhere.
        if not path.is_relative_to(self.root.resolve()):
            msg = _("%(file)s leads out of the folder of clips", file=relative)
            raise ClipNotFoundError(msg)
        if not path.is_file():
            msg = _("%(file)s is not a file", file=relative)
            raise ClipNotFoundError(msg)
        return path


def original_path(clip: Clip, name: str) -> str:
    """Where the clip will lie under its opaque name, relative to MEDIA_ROOT."""
    suffix = clip.path.suffix.lower()
    return f"{ORIGINALS}/{name}{suffix if _SAFE_SUFFIX.fullmatch(suffix) else '.bin'}"


def store_original(clip: Clip, relative: str) -> None:
    """Copy the clip to a path relative to MEDIA_ROOT."""
    target = stored(relative)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(clip.path, target)


def delete_original(relative: str) -> None:
    """Remove a stored file, if it is still there."""
    stored(relative).unlink(missing_ok=True)
