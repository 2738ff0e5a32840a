"""The one folder that holds everything the demo keeps."""

import fcntl
import json
import os
import secrets
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from embedded.errors import EmbeddedError

# Says that a folder is ours: no other one is ever used or deleted.
MARK = "MIMIC-BENCH-DEMO"
MARK_TEXT = "Data of the MIMIC-Bench demo. `bootstrap.py demo --reset` deletes them.\n"


@dataclass
class StateFolder:
    """A folder that one supervisor at a time holds."""

    path: Path
    # Whether nothing was in it when it was taken hold of.
    is_new: bool = field(default=False, init=False)

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def media(self) -> Path:
        return self.path / "media"

    @property
    def static(self) -> Path:
        return self.path / "static"

    @property
    def environment_file(self) -> Path:
        """A shell file that names the running services, for `manage.py` commands."""
        return self.path / "environment"

    @contextmanager
    def hold(self, address: str) -> Iterator[None]:
        """Make the folder if need be, and keep every other start out of it.

        The hold ends with this process, however that ends.

        Args:
            address: what a second start is told about this one.

        Raises:
            EmbeddedError: it is in use, is not ours, or cannot be written.
        """
        try:
            self._make()
            lock = (self.path / "lock").open("a+b")
        except OSError as error:
            msg = (
                f"Cannot write in {self.path} ({error.strerror}). "
                "Choose another folder: --state DIR"
            )
            raise EmbeddedError(msg) from error
        with lock:
            self._take(lock, address)
            yield

    def secret_key(self) -> str:
        """Return Django's secret key, made on first use, readable by the owner only."""
        file = self.path / "secret_key"
        if not file.exists():
            write_private(file, secrets.token_urlsafe(50))
        return file.read_text()

    def write_environment(self, values: Mapping[str, str]) -> None:
        """Write `values` as shell assignments, readable by the owner only."""
        lines = (f"{key}={shlex.quote(value)}\n" for key, value in values.items())
        write_private(self.environment_file, "".join(lines))

    def is_prepared(self, fingerprint: str) -> bool:
        """Whether the database was prepared from inputs of this `fingerprint`."""
        file = self._preparation_file
        return file.exists() and file.read_text() == fingerprint

    def note_preparation(self, fingerprint: str) -> None:
        write_private(self._preparation_file, fingerprint)

    def forget_preparation(self) -> None:
        self._preparation_file.unlink(missing_ok=True)

    def delete(self) -> None:
        """Delete everything in the folder but the lock that its holder has."""
        for entry in self.path.iterdir():
            if entry.name in {"lock", MARK}:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        self._make()

    @property
    def _preparation_file(self) -> Path:
        return self.path / "prepared"

    def _make(self) -> None:
        self.is_new = not (self.path.is_dir() and any(self.path.iterdir()))
        if not self.is_new and not (self.path / MARK).is_file():
            msg = (
                f"{self.path} holds other files. Choose an empty folder or one "
                "that does not exist yet: --state DIR"
            )
            raise EmbeddedError(msg)
        # Others may pass through (the database's user), but not look.
        self.path.mkdir(mode=0o711, parents=True, exist_ok=True)
        (self.path / MARK).write_text(MARK_TEXT)
        for folder in (self.logs, self.media, self.static):
            folder.mkdir(exist_ok=True)

    def _take(self, lock: BinaryIO, address: str) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = json.loads(lock.read() or b"{}")
            msg = (
                f"The demo of {self.path} is running already: {holder.get('address')} "
                f"(process {holder.get('pid')}). Stop it first, or choose another "
                "folder and port: --state DIR --port N"
            )
            raise EmbeddedError(msg) from None
        lock.truncate(0)
        lock.write(json.dumps({"address": address, "pid": os.getpid()}).encode())
        lock.flush()


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read; whole, or not at all."""
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
    ) as f:
        f.write(text)
    draft.replace(file)
