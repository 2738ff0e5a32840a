"""Short, private folders for Unix sockets."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from embedded.errors import EmbeddedError
from embedded.identity import ServiceUser, can_enter

# sun_path holds 108 bytes on Linux, 104 on macOS; the longest socket name is
# "/.s.PGSQL.5432.lock".
LONGEST_FOLDER_BYTES = 80
FALLBACK = Path("/tmp")  # noqa: S108 (the folder made below it is private)


def socket_folder(name: str, owner: ServiceUser | None) -> Path:
    """Return where the socket folder `name` is to be, which `owner` can enter."""
    root = Path(tempfile.gettempdir())
    is_closed = owner is not None and not can_enter(root, owner)
    if is_closed or len(os.fsencode(root / name)) > LONGEST_FOLDER_BYTES:
        root = FALLBACK
    return root / name


def make_socket_folder(folder: Path, owner: ServiceUser | None) -> None:
    """Make a folder that is open to `owner` alone (None: to this process's user).

    One that an earlier run left behind is emptied.

    Raises:
        EmbeddedError: somebody else holds that name.
    """
    uid = owner.uid if owner else os.geteuid()
    if folder.is_symlink() or folder.exists():
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.geteuid()}:
            msg = f"{folder} belongs to somebody else. Remove it and start again."
            raise EmbeddedError(msg)
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    if owner:
        os.chown(folder, owner.uid, owner.gid)
