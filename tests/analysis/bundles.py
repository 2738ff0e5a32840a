"""Reproduction bundles, unpacked and repeated, for the tests of reports."""

import json
import shlex
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

REPOSITORY = Path(__file__).parents[2]


def unpacked(bundle: Path) -> Path:
    """The folder that a bundle was unpacked into, beside it."""
    folder = bundle.with_suffix("")
    with ZipFile(bundle) as packed:
        packed.extractall(folder)
    return folder


def repeated(folder: Path) -> dict[str, object]:
    """The JSON that the command of a bundle's README makes, run in its folder."""
    readme = (folder / "README.md").read_text()
    command = next(line for line in readme.splitlines() if line.startswith("python"))
    _, *words = shlex.split(command.rpartition(" > ")[0])
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
    )
    content: dict[str, object] = json.loads(done.stdout)
    return content
