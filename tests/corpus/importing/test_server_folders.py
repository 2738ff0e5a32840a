"""Folders of the server: what an import may read, and never anything else."""

from pathlib import Path

import pytest
from pytest_django import Settings

from corpus.errors import ServerFolderError
from corpus.importing.server_folders import server_folder, suggested_folders


@pytest.fixture
def root(tmp_path: Path, settings: Settings) -> Path:
    settings.IMPORT_ROOT = tmp_path / "import"
    (tmp_path / "import" / "clips" / "day 1").mkdir(parents=True)
    (tmp_path / "import" / "file").write_text("a file")
    (tmp_path / "import" / "out").symlink_to(tmp_path)
    (tmp_path / "import" / "in").symlink_to(tmp_path / "import" / "clips")
    return tmp_path / "import"


@pytest.mark.parametrize("relative", ["clips", "clips/day 1", ".", "in/day 1"])
def test_a_folder_inside_is_found(root: Path, relative: str) -> None:
    folder = server_folder(relative)

    assert folder == (root / relative).resolve()


@pytest.mark.parametrize(
    "relative",
    ["..", "../import-2", "clips/../..", "/etc", "out", "file", "gone", "a\0b"],
)
def test_nothing_outside_and_nothing_else_is_a_folder(
    root: Path,  # noqa: ARG001
    relative: str,
) -> None:
    with pytest.raises(ServerFolderError, match="no folder"):
        server_folder(relative)


def test_without_the_setting_there_is_none(settings: Settings) -> None:
    settings.IMPORT_ROOT = None

    with pytest.raises(ServerFolderError, match="IMPORT_ROOT"):
        server_folder("clips")
    assert suggested_folders() == []


def test_the_form_is_told_the_folders(root: Path) -> None:  # noqa: ARG001
    assert suggested_folders() == ["clips", "in", "out"]
