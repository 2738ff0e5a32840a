"""Separate environments for models' programs: made, verified, found again."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generation.engines.programs import REMOTE_CODE, requirements_of
from generation.errors import GenerationError
from generation.registry import Entry

_RECORD = "environment.json"
# What the programs' requirements were written for.
_PYTHONS = ((3, 11), (3, 10))
_INSTALL_S, _CHECK_S = 3600.0, 600.0
_LAST_LINES = 12
_NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)


@dataclass(frozen=True)
class Made:
    """An environment that was made.

    Attributes:
        environment: Hash of all that is installed, as comments store it.
        packages: All of it, by name.
    """

    python: Path
    environment: str
    packages: Mapping[str, str]


def environments_in(root: Path) -> dict[str, Path]:
    """The finished ones: their Pythons by name."""
    return {
        record.parent.name: record.parent / "bin" / "python"
        for record in sorted(root.glob(f"*/{_RECORD}"))
    }


def make_environment(entry: Entry, folder: Path) -> Made:
    """Create it, install the committed requirements, and try every import.

    A second call brings an environment up to date with its requirements.

    Raises:
        GenerationError: The entry needs none, or something failed; the message ends
            with what the tool said.
    """
    requirements = _requirements(entry)
    # Until it is verified again, nobody takes it.
    (folder / _RECORD).unlink(missing_ok=True)
    python = folder / "bin" / "python"
    if not python.is_file():
        _run(_create(folder), _INSTALL_S)
    _run(_install(python, requirements), _INSTALL_S)
    told = _checked(python, requirements)
    record = {
        "requirements": requirements.name,
        "requirements_sha256": hashlib.sha256(requirements.read_bytes()).hexdigest(),
        **told,
    }
    text = json.dumps(record, indent=1, sort_keys=True)
    (folder / _RECORD).write_text(f"{text}\n", encoding="utf-8")
    return Made(python, str(told["environment"]), told["installed"])


def resolve(entry: Entry) -> list[str]:
    """What would be installed, a `name==version` each; nothing is written.

    Raises:
        GenerationError: As `make_environment`, or there is no uv.
    """
    requirements = _requirements(entry)
    uv = _uv()
    if uv is None:
        message = "A dry run needs uv: pip install uv."
        raise GenerationError(message)
    words = (uv, "pip", "compile", "--quiet", "--no-header", "--no-annotate")
    version = ".".join(map(str, _PYTHONS[0]))
    said = _run([*words, "--python-version", version, str(requirements)], _INSTALL_S)
    return [line for line in said.splitlines() if "==" in line]


def _requirements(entry: Entry) -> Path:
    name = entry.options.get("environment", "")
    if not name:
        message = f"{entry.key} needs no environment of its own."
        raise GenerationError(message)
    found = requirements_of(name)
    if found is None:
        message = (
            f"The environment {name} of {entry.key} has no requirements file in the "
            "project: its program is yours (docs/generation.md#subprocess)."
        )
        raise GenerationError(message)
    return found


def _create(folder: Path) -> list[str]:
    python = _suitable_python()
    if uv := _uv():
        return [uv, "venv", "--quiet", "--python", python, str(folder)]
    return [python, "-m", "venv", str(folder)]


def _install(python: Path, requirements: Path) -> list[str]:
    asked = ["-r", str(requirements)]
    if "--hash=" in requirements.read_text(encoding="utf-8"):
        asked.append("--require-hashes")
    if uv := _uv():
        return [uv, "pip", "install", "--quiet", "--python", str(python), *asked]
    return [str(python), "-m", "pip", "install", "--quiet", *asked]


def _suitable_python() -> str:
    if sys.version_info[:2] in _PYTHONS:
        return sys.executable
    names = [f"python{major}.{minor}" for major, minor in _PYTHONS]
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        message = f"Install {' or '.join(names)}: the programs run on no newer one."
        raise GenerationError(message)
    return found


def _uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.is_file() else shutil.which("uv")


def _checked(python: Path, requirements: Path) -> dict[str, Any]:
    """What the program says of the environment, all imports done."""
    names = _NAME.findall(requirements.read_text(encoding="utf-8"))
    said = _run([str(python), str(REMOTE_CODE), "check", *names], _CHECK_S)
    told: dict[str, Any] = json.loads(said.splitlines()[-1])
    return told


def _run(words: Sequence[str], timeout_s: float) -> str:
    """What a tool prints.

    Raises:
        GenerationError: It failed; with its last lines.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own words and the project's files
            words, capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        message = f"{words[0]} failed: {error}"
        raise GenerationError(message) from error
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-_LAST_LINES:])
        message = f"{Path(words[0]).name} {words[1]} failed:\n{last}"
        raise GenerationError(message)
    return done.stdout
