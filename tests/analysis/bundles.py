"""Reproduction bundles, unpacked and repeated, for the tests of reports."""

import json
from pathlib import Path
from zipfile import ZipFile

from tests.installed import Installed


def unpacked(bundle: Path) -> Path:
    """The folder that a bundle was unpacked into, beside it."""
    folder = bundle.with_suffix("")
    with ZipFile(bundle) as packed:
        packed.extractall(folder)
    return folder


def repeated(folder: Path, installed: Installed) -> dict[str, object]:
    """What the command that a bundle's README prints writes, run in its folder."""
    installed.run(printed_command(folder), cwd=folder)
    content: dict[str, object] = json.loads((folder / "again.json").read_text())
    return content


def printed_command(folder: Path) -> str:
    """The command line of the README in a folder."""
    lines = (folder / "README.md").read_text().splitlines()
    return next(line for line in lines if line.startswith("python -m analysis"))
