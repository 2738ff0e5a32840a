"""The project as a person installs it: a wheel, in a virtual environment of its own.

The packages it needs come from the environment of the tests, by a `.pth` file, so that
nothing is downloaded. The checkout is on no path.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]


@dataclass(frozen=True)
class Installed:
    """One virtual environment that the project is installed in."""

    folder: Path

    @property
    def packages(self) -> Path:
        """Where it keeps Python packages."""
        (found,) = self.folder.glob("lib/python*/site-packages")
        return found

    def run(
        self, command: str, cwd: Path, settings: Mapping[str, str] | None = None
    ) -> str:
        """What a command line prints, typed into a shell with this environment active.

        Args:
            command: As a person would type it.
            cwd: The folder they are in.
            settings: Variables besides PATH; nothing else is set.
        """
        path = f"{self.folder / 'bin'}:{os.defpath}"
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=cwd,
            env={"PATH": path, **(settings or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def installation_in(folder: Path) -> Installed:
    """The one installation of a folder; whichever process is first makes it."""
    environment = Installed(folder / "installed")
    with (folder / "installed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (environment.folder / "whole").exists():
            _install(environment, _wheel(folder / "wheel"))
            (environment.folder / "whole").touch()
    return environment


def _wheel(folder: Path) -> Path:
    """What `pip wheel` makes of the checkout, without asking an index for hatchling."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def _install(environment: Installed, wheel: Path) -> None:
    beside = f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"
    uv = shutil.which("uv", path=beside)  # pip takes some seconds, if need be
    venv.create(environment.folder, symlinks=True, with_pip=uv is None)
    program = [uv, "pip"] if uv else [str(environment.folder / "bin" / "pip")]
    options = ["--quiet", "--no-deps", "--no-index"]
    subprocess.run(
        [*program, "install", *options, str(wheel)],
        env=os.environ | {"VIRTUAL_ENV": str(environment.folder)},
        check=True,
    )
    needed = environment.packages / "what-it-needs.pth"
    needed.write_text(sysconfig.get_path("purelib") + "\n")
