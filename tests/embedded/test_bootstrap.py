"""bootstrap.py on a small project of its own, without a network."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import bootstrap

PROJECT = Path(__file__).resolve().parents[2]
# As a person has it: the one that `.venv` was made from, which mostly comes with pip.
PYTHON = Path(sys.base_prefix) / "bin" / "python3"
WHOLE_SUITE = f"ran with {[*bootstrap.EVERY_CORE]}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose only package is a stand-in for pytest that says it ran."""
    project = tmp_path / "a project"
    (project / "embedded").mkdir(parents=True)
    for name in ("bootstrap.py", "embedded/__init__.py", "embedded/options.py"):
        shutil.copy(PROJECT / name, project / name)
    (tmp_path / "bin").mkdir()
    for name in ("chromium", "nginx"):
        (tmp_path / "bin" / name).touch(mode=0o755)
    lock(project, "0.1", make_wheel(tmp_path / "wheels"))
    (project / "requirements" / "torch.txt").touch()
    return project


def lock(project: Path, version: str, wheel: Path) -> None:
    """Write the lock file that names this file and no other."""
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (project / "requirements").mkdir(exist_ok=True)
    (project / "requirements" / "dev.txt").write_text(
        f"pytest=={version} \\\n    --hash=sha256:{sha256}\n"
    )


def make_wheel(folder: Path) -> Path:
    folder.mkdir()
    info = "pytest-0.1.dist-info"
    files = {
        "pytest.py": "import sys; print('ran with', sys.argv[1:])",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: pytest\nVersion: 0.1\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any",
    }
    record = [f"{name},," for name in (*files, f"{info}/RECORD")]
    path = folder / "pytest-0.1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
        wheel.writestr(f"{info}/RECORD", "\n".join(record) + "\n")
    return path


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{project.parent / 'bin'}:{os.defpath}",
        "HOME": str(project.parent),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(project.parent / "wheels"),
    }
    return subprocess.run(
        [PYTHON, "bootstrap.py", *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_run_installs_and_the_next_one_does_not(project: Path) -> None:
    first = run(project, "test", "tests/corpus", "-x")
    second = run(project, "test")

    assert "Installing 1 packages" in first.stdout
    assert "ran with ['tests/corpus', '-x']" in first.stdout
    assert second.stdout == WHOLE_SUITE + "\n"


@pytest.mark.nightly
def test_an_environment_that_was_cut_short_is_made_anew(project: Path) -> None:
    run(project, "test")
    (project / ".venv" / "unfinished").touch()
    (project / ".venv" / "half.installed").touch()

    again = run(project, "test")

    assert "Making .venv" in again.stdout
    assert WHOLE_SUITE in again.stdout
    assert not (project / ".venv" / "half.installed").exists()


def test_packages_that_cannot_be_had_are_reported_and_had_later(project: Path) -> None:
    wheel = project.parent / "wheels" / "pytest-0.1-py3-none-any.whl"
    lock(project, "0.2", wheel)

    failed = run(project, "test")
    lock(project, "0.1", wheel)
    mended = run(project, "test")

    assert failed.returncode == 1
    assert "The packages could not be installed" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert WHOLE_SUITE in mended.stdout


def test_a_package_that_somebody_changed_is_refused(project: Path) -> None:
    wheel = project.parent / "wheels" / "pytest-0.1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "a") as changed:
        changed.writestr("added.py", "import this\n")

    done = run(project, "test")

    assert done.returncode == 1
    assert "hash" in done.stderr.lower()
    assert "ran with" not in done.stdout


def test_a_mistyped_option_is_found_before_anything_is_installed(project: Path) -> None:
    done = run(project, "demo", "--prot", "8001")

    assert done.returncode == 2
    assert "unrecognized arguments: --prot" in done.stderr
    assert not (project / ".venv").exists()


def test_an_unknown_command_shows_the_two_that_there_are(project: Path) -> None:
    done = run(project, "deploy")

    assert done.returncode == 2
    assert "bootstrap.py demo" in done.stdout
    assert "bootstrap.py test" in done.stdout


def test_a_python_that_does_not_fit_is_told_which_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (3, 98))
    monkeypatch.setattr(bootstrap, "NEWEST", (3, 99))

    with pytest.raises(bootstrap.BootstrapError, match=r"needs Python 3\.98 to 3\.99"):
        bootstrap.check_machine()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of programs: an apt-get that can install all but Chromium."""
    apt_get = tmp_path / "apt-get"
    apt_get.write_text('#!/bin/sh\necho "$@" >> "$0.told"\n[ "$4" != chromium ]\n')
    apt_get.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.mark.skipif(
    not bootstrap.is_debian() or os.geteuid() != 0, reason="installs on Debian, as root"
)
def test_each_program_that_lacks_is_installed_on_its_own(
    machine: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bootstrap.ensure_programs(server_folders="")

    said = capfd.readouterr().out
    told = (machine / "apt-get.told").read_text().splitlines()
    assert [line.split()[0] for line in told] == ["update", "install", "install"]
    assert "nginx-light" in told[-1]
    assert "There is no Chromium: the tests that need it are skipped." in said
    assert "There is no nginx" not in said


def test_nothing_is_installed_where_everything_is_there(
    machine: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (machine / "chromium").touch(mode=0o755)
    (machine / "sbin").mkdir()
    (machine / "sbin" / "nginx").touch(mode=0o755)

    bootstrap.ensure_programs(server_folders=str(machine / "sbin"))

    assert capfd.readouterr().out == ""
    assert not (machine / "apt-get.told").exists()


def test_who_may_not_install_is_told_what_lacks(
    machine: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (machine / "chromium").touch(mode=0o755)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    bootstrap.ensure_programs(server_folders="")

    said = capfd.readouterr().out
    assert said == "There is no nginx: the tests that need it are skipped.\n"
    assert not (machine / "apt-get.told").exists()


@pytest.mark.nightly
def test_uv_is_told_where_pip_finds_packages_and_pip_goes_on_without_it(
    project: Path,
) -> None:
    wheels = project.parent / "wheels"
    (project.parent / ".pip").mkdir()
    (project.parent / ".pip" / "pip.conf").write_text(
        "[global]\n"
        "timeout = 60\n"
        "extra-index-url =\n  https://a.example.org/simple\n  file:///srv/simple\n"
        "[install]\n"
        "timeout = 90\n"
    )
    uv = project.parent / "bin" / "uv"
    uv.write_text('#!/bin/sh\nenv > "$0.told"\nexit 1\n')
    uv.chmod(0o755)

    done = run(project, "test")

    told = (uv.with_name("uv.told")).read_text().splitlines()
    assert "UV_INDEX=https://a.example.org/simple file:///srv/simple" in told
    assert "UV_HTTP_TIMEOUT=90" in told
    assert f"UV_FIND_LINKS={wheels}" in told
    assert "uv did not manage" in done.stdout
    assert WHOLE_SUITE in done.stdout
