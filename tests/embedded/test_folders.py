"""As root, the database's files go where the database's user can reach them."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from embedded.binaries import postgres_folder
from embedded.errors import EmbeddedError
from embedded.folders import enterable_programs, folder_for_database
from embedded.identity import can_enter, service_user
from embedded.sockets import LONGEST_FOLDER_BYTES, make_socket_folder, socket_folder

needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root runs the database as another user"
)


@pytest.fixture
def closed_home(folder: Path) -> Path:
    """A folder like /root: nobody but its owner passes."""
    home = folder / "home"
    home.mkdir(mode=0o700)
    return home


@needs_root
def test_files_that_would_lie_in_a_closed_home_go_outside(
    closed_home: Path, folder: Path
) -> None:
    state = closed_home / "project" / ".demo"
    state.mkdir(parents=True)
    user = service_user()
    assert user

    chosen = folder_for_database(state, user, outside=folder / "outside")

    assert can_enter(chosen, user)
    assert chosen.parent == folder / "outside"
    again = folder_for_database(state, user, outside=folder / "outside")
    assert again == chosen


def test_files_stay_in_the_state_folder_where_they_can(folder: Path) -> None:
    chosen = folder_for_database(folder, service_user())

    assert chosen == folder / "database"


@needs_root
def test_programs_in_a_closed_home_are_copied_once_and_run(
    closed_home: Path, folder: Path
) -> None:
    original = closed_home / "postgres" / "bin"
    original.parent.mkdir()
    installed = postgres_folder().parent
    subprocess.run(["cp", "-a", installed, original.parent / "installed"], check=True)
    (original.parent / "installed" / "bin").rename(original)
    (original.parent / "installed" / "lib").rename(original.parent / "lib")
    user = service_user()
    assert user

    programs = enterable_programs(original, user, folder)

    version = subprocess.check_output(
        [programs / "postgres", "--version"], user=user.uid, cwd="/", text=True
    )
    assert version.startswith("postgres (PostgreSQL)")
    assert enterable_programs(original, user, folder) == programs


def test_a_long_temporary_folder_does_not_break_sockets(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = folder / ("long" * 30)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))

    sockets = socket_folder(f"{folder.name}-s", service_user())

    assert len(str(sockets)) <= LONGEST_FOLDER_BYTES


def test_a_socket_folder_of_an_earlier_run_is_emptied(sockets: Path) -> None:
    (sockets / "broker.sock").touch()

    make_socket_folder(sockets, service_user())

    assert list(sockets.iterdir()) == []
    assert sockets.stat().st_mode & 0o077 == 0


def test_a_link_in_place_of_a_socket_folder_is_not_followed(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "kept").touch()
    (folder / "sockets").symlink_to(folder / "elsewhere")

    with pytest.raises(EmbeddedError, match="belongs to somebody else"):
        make_socket_folder(folder / "sockets", service_user())

    assert (folder / "elsewhere" / "kept").exists()
