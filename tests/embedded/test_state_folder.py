"""The demo's folder: one holder at a time, nobody else's files, private secrets."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.errors import EmbeddedError
from embedded.state_folder import StateFolder

ADDRESS = "http://127.0.0.1:8000/"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[StateFolder]:
    state = StateFolder(tmp_path / "demo")
    with state.hold(ADDRESS):
        yield state


def hold(path: Path) -> None:
    with StateFolder(path).hold(ADDRESS):
        pass


def test_a_second_start_is_told_where_the_first_one_runs(state: StateFolder) -> None:
    told = rf"http://127\.0\.0\.1:8000/ \(process {os.getpid()}\)"

    with pytest.raises(EmbeddedError, match=told):
        hold(state.path)


def test_the_hold_ends_with_its_process_however_that_ends(tmp_path: Path) -> None:
    die = (
        "import os, signal, sys; from pathlib import Path;"
        "from embedded.state_folder import StateFolder;"
        "StateFolder(Path(sys.argv[1])).hold('first').__enter__();"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", die, tmp_path / "demo"], check=False)

    hold(tmp_path / "demo")

    assert (tmp_path / "demo" / "lock").exists()


def test_a_folder_with_other_files_is_neither_used_nor_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")

    with pytest.raises(EmbeddedError, match="holds other files"):
        hold(tmp_path)

    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(EmbeddedError, match=r"Cannot write in .*--state DIR"):
        hold(tmp_path / "file" / "demo")


def test_the_secret_key_stays_the_same_and_is_private(state: StateFolder) -> None:
    key = state.secret_key()

    assert len(key) >= 50
    assert StateFolder(state.path).secret_key() == key
    assert (state.path / "secret_key").stat().st_mode & 0o077 == 0


def test_the_environment_file_is_private_and_readable_by_a_shell(
    state: StateFolder,
) -> None:
    state.write_environment({"MEDIA_ROOT": "/a folder/with 'quotes' & $signs"})

    show = '. "$1"; printf %s "$MEDIA_ROOT"'
    shown = subprocess.check_output(
        ["sh", "-c", show, "sh", state.environment_file], text=True
    )
    assert shown == "/a folder/with 'quotes' & $signs"
    assert state.environment_file.stat().st_mode & 0o077 == 0


def test_a_database_is_prepared_again_when_its_inputs_change(
    state: StateFolder,
) -> None:
    state.note_preparation("of today")

    assert state.is_prepared("of today")
    assert not state.is_prepared("of tomorrow")


def test_deleting_leaves_an_empty_folder_that_is_still_held(state: StateFolder) -> None:
    (state.media / "clip.mp4").touch()
    state.secret_key()

    state.delete()

    assert list(state.media.iterdir()) == []
    assert not (state.path / "secret_key").exists()
    with pytest.raises(EmbeddedError, match="running already"):
        hold(state.path)
