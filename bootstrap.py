#!/usr/bin/env python3
"""Three commands for a machine that has only Python 3.11 to 3.13 and git.

    python3 bootstrap.py demo [--port N] [--state DIR] [--generation] [--reset] ...
    python3 bootstrap.py test [arguments of pytest] ...
    python3 bootstrap.py soak [--minutes N] [--write FILE] ...

Each creates `.venv`, installs what its lock file in `requirements/` names, and skips
what is done already. `demo --help` and `soak --help` list their options. This file uses
only the standard library and syntax that older Pythons can read, so that it can reject
them.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
# There while packages are being installed: an environment that was cut short is
# made anew, as nobody can say what is missing in it.
UNFINISHED = ENVIRONMENT / "unfinished"

# What needs torch, which has a list of its own: the build that fits the machine has no
# hash that could be known before.
WITH_TORCH = ("generation", "dev")
TORCH = "torch.txt"

OLDEST, NEWEST = (3, 11), (3, 13)
# A file runs in one process, since its tests share what they set up; the files start in
# the order of tests/schedule.py, those that take longest first.
EVERY_CORE = ("-n", "logical", "--dist", "loadfile", "--no-loadscope-reorder")
# What the tests drive besides Python packages: names of the program, and the packages
# that bring it to Debian. The fonts are for the comments, which come in every script.
PROGRAMS = {
    "Chromium": (
        ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        ("chromium", "fonts-noto-core", "fonts-noto-color-emoji"),
    ),
    "nginx": (("nginx",), ("nginx-light",)),
}
# Where servers are, and the PATH of most people does not lead.
SERVER_FOLDERS = "/usr/sbin:/usr/local/sbin"


class BootstrapError(Exception):
    """The message says what is missing and what to do."""


def main() -> int:
    """Run the command line; return the exit status."""
    command, *arguments = sys.argv[1:] or ["--help"]
    try:
        if command == "demo":
            demo(arguments)
        if command == "test":
            test(arguments)
        if command == "soak":
            soak(arguments)
    except BootstrapError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. The same command goes on from here.", file=sys.stderr)
        return 130
    print(__doc__)
    return 0 if command in ("-h", "--help") else 2


def demo(arguments: list[str]) -> NoReturn:
    """Run the platform with its demo study, until Ctrl-C."""
    check_machine()
    options, arguments = checked_options(arguments)
    install("generation" if options.generation else "analysis")
    become([str(PYTHON), "-m", "embedded", *arguments])


def test(arguments: list[str]) -> NoReturn:
    """Run the tests."""
    check_machine()
    install("dev")
    ensure_programs()
    # The whole suite takes every core; a part of it starts faster on one.
    become([str(PYTHON), "-m", "pytest", *(arguments or EVERY_CORE)])


def soak(arguments: list[str]) -> NoReturn:
    """Kill parts of the platform while annotators work, and look for losses."""
    check_machine()
    install("analysis")
    become([str(PYTHON), "-m", "benchmarks.soak", *arguments])


def check_machine() -> None:
    """Make sure that this is a Python and a system that the project runs on."""
    if os.name != "posix":
        msg = "This needs Linux or macOS. On Windows, use WSL: wsl --install"
        raise BootstrapError(msg)
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        if other := shutil.which(f"python3.{minor}"):
            become([other, str(ROOT / "bootstrap.py"), *sys.argv[1:]])
    here = f"{version_text(sys.version_info[:2])} ({sys.executable})"
    span = f"{version_text(OLDEST)} to {version_text(NEWEST)}"
    msg = f"This needs Python {span}, and this is {here}. Install one of them."
    raise BootstrapError(msg)


def version_text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def checked_options(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Find a mistyped option before the packages are installed, not after."""
    sys.path.insert(0, str(ROOT))
    from embedded.options import demo_parser

    options = demo_parser().parse_args(arguments)
    # The folder is meant from where the person is, not from the project.
    return options, [*arguments, "--state", str(options.state.resolve())]


def become(command: list[str]) -> NoReturn:
    """Go on as another program, which then gets Ctrl-C and every other signal."""
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 (without a shell, as it should)


def install(name: str) -> None:
    """Install what requirements/NAME.txt names, unless that is done."""
    names = [name + ".txt", *([TORCH] if name in WITH_TORCH else [])]
    lists = [ROOT / "requirements" / one for one in names]
    stamp = ENVIRONMENT / (name + ".installed")
    with only_one_at_a_time():
        version = ensure_environment()
        lines = "".join(one.read_text() for one in lists)
        wanted = hashlib.sha256((lines + version).encode())
        if stamp.exists() and stamp.read_text() == wanted.hexdigest():
            return
        began_at = time.monotonic()
        say(f"Installing {lines.count('==')} packages (requirements/{name}.txt) ...")
        UNFINISHED.touch()
        install_packages(lists)
        UNFINISHED.unlink()
        stamp.write_text(wanted.hexdigest())
        say(f"Installed in {time.monotonic() - began_at:.0f} s.")


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Let a second start wait while the first one installs."""
    import fcntl

    folder = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another bootstrap.py is installing here; waiting for it ...")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def ensure_environment() -> str:
    """Make `.venv` unless it is there and whole; return its Python's version."""
    version = environment_version()
    if version and not UNFINISHED.exists():
        return version
    here = version_text(sys.version_info[:2])
    say(f"Making .venv (Python {here}) ...")
    if importlib.util.find_spec("ensurepip") is None:
        msg = "This Python lacks its venv module. On Debian or Ubuntu, as root:\n"
        msg += f"  apt-get install python{here}-venv"
        raise BootstrapError(msg)
    import venv

    try:
        # Pip comes only if it is needed: it takes several times as long as the rest.
        venv.create(ENVIRONMENT, clear=True, symlinks=True, with_pip=False)
    except OSError as error:
        msg = f"Cannot write {ENVIRONMENT} ({error.strerror})."
        raise BootstrapError(msg) from error
    return environment_version()


def environment_version() -> str:
    """Return the version of `.venv`'s Python; empty if it does not run or fit."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        version = subprocess.check_output([str(PYTHON), "-c", ask], text=True).strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
    is_whole = (ENVIRONMENT / "lib" / ("python" + version)).is_dir()
    return version if is_whole else ""


def install_packages(lists: list[Path]) -> None:
    """Install with uv, which takes a tenth of the time, or else with pip."""
    pip = pip_command()
    uv = uv_command(pip)
    settings = {**uv_settings(pip), **os.environ}
    for requirements in lists:
        words = install_words(requirements)
        if uv:
            into = ["--python", str(PYTHON)]
            if subprocess.call([*uv, "pip", *words, *into], env=settings) == 0:
                continue
            say("uv did not manage; going on with pip, which takes longer ...")
        if subprocess.call([*pip, *words]):
            msg = "The packages could not be installed (see above). Check the network "
            msg += "and pip's settings (pip config list), then run the command again."
            raise BootstrapError(msg)


def install_words(requirements: Path) -> list[str]:
    """Return what pip and uv are told alike: nothing but these very files."""
    words = ["install", "-r", str(requirements)]
    if requirements.name != TORCH:  # the lists are complete, so nothing is resolved
        words += ["--require-hashes", "--no-deps"]
    if not sys.stderr.isatty():
        words.append("--quiet")  # progress bars are for people
    return words


def pip_command() -> list[str]:
    """Return the pip that installs into `.venv`: this Python's own, or a new one."""
    if importlib.util.find_spec("pip"):
        own = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
        probe = subprocess.call([*own, "--version"], stdout=DEVNULL, stderr=DEVNULL)
        if probe == 0:  # older ones do not know --python
            return own
    subprocess.check_call([str(PYTHON), "-m", "ensurepip", "--default-pip"])
    return [str(PYTHON), "-m", "pip"]


def uv_command(pip: list[str]) -> list[str]:
    """Return how to call uv: found, or installed into `.venv`; empty if neither."""
    found = shutil.which("uv")
    if found:
        return [found]
    subprocess.call([*pip, "install", "-qqq", "uv"])
    own = ENVIRONMENT / "bin" / "uv"
    return [str(own)] if own.exists() else []


def uv_settings(pip: list[str]) -> dict[str, str]:
    """Return pip's settings of where packages come from as uv's variables."""
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "no-index": "UV_NO_INDEX",
        "trusted-host": "UV_INSECURE_HOST",
        "cert": "SSL_CERT_FILE",
        "proxy": "ALL_PROXY",
        "timeout": "UV_HTTP_TIMEOUT",
    }
    # As pip does: the best version of all indexes, not of the first that has any.
    settings = {"UV_INDEX_STRATEGY": "unsafe-best-match"}
    config = subprocess.check_output([*pip, "config", "list"], text=True)
    for section in ("global.", "install.", ":env:."):  # the later ones win
        for line in config.splitlines():
            key, _, value = line.partition("=")
            name = key[len(section) :].replace("default-timeout", "timeout")
            if key.startswith(section) and name in names:
                separator = "," if name == "find-links" else " "
                words = ast.literal_eval(value).split()
                settings[names[name]] = separator.join(words)
    return settings


def ensure_programs(server_folders: str = SERVER_FOLDERS) -> None:
    """Make sure of each program that tests drive, or say which tests are skipped."""
    lacking = [
        (title, packages)
        for title, (names, packages) in PROGRAMS.items()
        if not any(
            shutil.which(name) or shutil.which(name, path=server_folders)
            for name in names
        )
    ]
    can_install = is_debian() and os.geteuid() == 0
    if lacking and can_install:
        apt_get("update")
    for title, packages in lacking:
        if can_install:
            say(f"Installing {title} for the tests ...")
        if not (can_install and apt_get("install", *packages)):
            say(f"There is no {title}: the tests that need it are skipped.")


def is_debian() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and "\nID=debian\n" in "\n" + release.read_text()


def apt_get(command: str, *packages: str) -> bool:
    """Whether it did; it says itself why not."""
    words = ["apt-get", command, "-qq", "--no-install-recommends", *packages]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.call(words, env=environment) == 0


def say(message: str) -> None:
    print(message, flush=True)


if __name__ == "__main__":
    sys.exit(main())
