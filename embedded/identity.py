"""Which user the database runs as: PostgreSQL refuses to be root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from embedded.errors import EmbeddedError

UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class ServiceUser:
    """The user a child process becomes; only root can choose one."""

    uid: int
    gid: int


def service_user() -> ServiceUser | None:
    """Return whom the database runs as; None means the user of this process.

    Raises:
        EmbeddedError: this user has no name here, or root has nobody to become.
    """
    if os.geteuid() == 0:
        try:
            entry = pwd.getpwnam(UNPRIVILEGED)
        except KeyError:
            msg = (
                "PostgreSQL does not run as root, and this machine has no user "
                f"{UNPRIVILEGED!r}. Start as an ordinary user, or add that one."
            )
            raise EmbeddedError(msg) from None
        return ServiceUser(entry.pw_uid, entry.pw_gid)
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        msg = (
            f"User id {os.geteuid()} has no entry in /etc/passwd, and PostgreSQL needs "
            "one. Start as a named user, or set DATABASE_URL to an existing server."
        )
        raise EmbeddedError(msg) from None
    return None


def can_enter(folder: Path, user: ServiceUser) -> bool:
    """Whether `user` may reach files inside `folder`, through all its parents.

    Raises:
        EmbeddedError: this process cannot become `user`.
    """
    test = ["test", "-x", str(folder)]
    try:
        probe = subprocess.run(  # noqa: S603 (a fixed program, no shell)
            test, user=user.uid, group=user.gid, extra_groups=[], cwd="/", check=False
        )
    except OSError as error:
        msg = (
            "PostgreSQL does not run as root, and this root may not become "
            f"{UNPRIVILEGED!r} ({error.strerror}). Start as an ordinary user."
        )
        raise EmbeddedError(msg) from error
    return probe.returncode == 0
