"""Folders that the database's user can enter, also where root's home is closed."""

import hashlib
import shutil
from pathlib import Path

from embedded.errors import EmbeddedError
from embedded.identity import ServiceUser, can_enter

# Where data go that the database's user could not reach in their own folder.
OUTSIDE = Path("/var/lib/mimic-bench")


def folder_for_database(
    state: Path, user: ServiceUser | None, outside: Path = OUTSIDE
) -> Path:
    """Return the folder for everything the database's user touches.

    It lies in `state` unless root keeps that behind a closed folder (a checkout in
    /root): then it lies below `outside`, under a name that only this state has.

    Raises:
        EmbeddedError: the folder cannot be made.
    """
    folder = state / "database"
    if user and not can_enter(state, user):
        mark = hashlib.sha256(str(state).encode()).hexdigest()[:12]
        folder = outside / f"{state.parent.name}-{mark}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"Cannot make {folder} ({error.strerror}): choose another --state folder."
        raise EmbeddedError(msg) from error
    return folder


def enterable_programs(programs: Path, user: ServiceUser | None, folder: Path) -> Path:
    """Return `programs`, or a copy in `folder` where `user` cannot enter `programs`.

    Args:
        programs: a `bin` folder; the libraries it needs lie beside it.
        user: who runs them; None for the user of this process.
        folder: where a copy may be kept; made again when the programs change.
    """
    if user is None or can_enter(programs, user):
        return programs
    changed = (programs / "postgres").stat().st_mtime_ns
    copy = folder / f"programs-{changed}"
    if not copy.exists():
        for old in folder.glob("programs-*"):
            shutil.rmtree(old)
        draft = folder / "programs-new"
        shutil.copytree(programs.parent, draft, symlinks=True)
        draft.rename(copy)
    return copy / programs.name
