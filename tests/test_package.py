"""What a person has who installed the project, far from any checkout."""

import subprocess
import tomllib
from pathlib import Path

from analysis.version import DISTRIBUTION, software_version
from tests.installed import REPOSITORY, Installed

MANAGE = {
    "DATABASE_URL": "postgresql:///nothing-opens-it",
    "SECRET_KEY": "of-a-test-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
}


def test_the_analysis_is_imported_from_the_installation(
    installed: Installed, tmp_path: Path
) -> None:
    shown = "import analysis; print(analysis.__file__)"

    printed = installed.run(f"python -c '{shown}'", cwd=tmp_path)

    assert Path(printed.strip()).parent.parent == installed.packages


def test_the_analysis_has_a_command_of_its_own(
    installed: Installed, tmp_path: Path
) -> None:
    table = REPOSITORY / "docs" / "notebooks" / "judgments.csv"

    own = installed.run(f"mimic-analysis {table} --replicates 0", cwd=tmp_path)
    module = installed.run(f"python -m analysis {table} --replicates 0", cwd=tmp_path)

    assert own == module
    assert "judgments" in own


def test_manage_commands_read_the_folder_they_are_started_in(
    installed: Installed, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(
        "".join(f"{name}={value}\n" for name, value in MANAGE.items())
    )

    shown = installed.run("mimic-manage findstatic css/judge.css", cwd=tmp_path)
    settings = installed.run("mimic-manage diffsettings", cwd=tmp_path)

    assert str(installed.packages / "config" / "static") in shown
    assert f"MEDIA_ROOT = {tmp_path / 'media'!r}" in settings
    assert f"STATIC_ROOT = {tmp_path / 'staticfiles'!r}" in settings


def test_pages_are_rendered_from_the_installation(
    installed: Installed, tmp_path: Path
) -> None:
    (tmp_path / "page.py").write_text(
        "from config.wsgi import application\n"
        "from django.template.loader import get_template\n"
        "print(get_template('base.html').origin)\n"
    )

    printed = installed.run("python page.py", cwd=tmp_path, settings=MANAGE)

    assert str(installed.packages / "config" / "templates") in printed


def test_every_file_that_the_code_reads_comes_along(installed: Installed) -> None:
    tracked = subprocess.check_output(["git", "ls-files"], cwd=REPOSITORY, text=True)
    parts = (Path(line) for line in tracked.splitlines())
    rooms = {folder.name for folder in installed.packages.iterdir()}
    needed = [file for file in parts if file.parts[0] in rooms]

    missing = [file for file in needed if not (installed.packages / file).is_file()]

    assert not missing
    assert Path("model/checkpoints/mimic-chat-nano/weights.safetensors") in needed
    assert Path("generation/registry/mimic-chat-nano.toml") in needed


def test_every_room_of_the_architecture_is_in_the_package(installed: Installed) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    rooms = set(project["tool"]["importlinter"]["root_packages"]) - {"tests"}

    assert rooms <= {folder.name for folder in installed.packages.iterdir()}


def test_nothing_else_is_put_among_everybodys_packages(installed: Installed) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    rooms = set(project["tool"]["importlinter"]["root_packages"])
    (record,) = installed.packages.glob(f"{DISTRIBUTION.replace('-', '_')}*/RECORD")
    files = [line.split(",")[0] for line in record.read_text().splitlines()]

    folders = {Path(file).parts[0] for file in files if not file.startswith("..")}

    assert folders <= rooms | {record.parent.name}


def test_the_version_is_the_installed_packages(
    installed: Installed, tmp_path: Path
) -> None:
    (tmp_path / "asks.py").write_text(
        "from analysis.version import software_name\nprint(software_name())\n"
    )

    printed = installed.run("python asks.py", cwd=tmp_path)

    assert printed.strip() == f"{DISTRIBUTION} {software_version()}"
