"""Figures of a stored report as files, drawn in a process of their own."""

import io
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from analysis.errors import AnalysisError
from analysis.figures.picture import ERRORS, Picture

_PROJECT = Path(__file__).resolve().parents[2]
_LONGEST_S = 120


@dataclass(frozen=True)
class Drawn:
    """A picture, empty where the report has no data for it; or why there is none."""

    content: bytes
    error: str


def figure_files(
    content: Mapping[str, Any], wanted: Sequence[Picture]
) -> dict[Picture, Drawn]:
    """The pictures.

    Args:
        content: Of a stored report: its figures and chapters.
        wanted: Which.

    Raises:
        AnalysisError: None could be drawn.
    """
    needed = {key: content[key] for key in ("report", "chapters")}
    names = ", ".join(dict.fromkeys(one.name for one in wanted))
    made = _drawn("analysis.figures", {**needed, "wanted": wanted}, names)
    with ZipFile(io.BytesIO(made)) as packed:
        failed = json.loads(packed.read(ERRORS))
        return {
            one: Drawn(b"", failed[one.file])
            if one.file in failed
            else Drawn(packed.read(one.file), "")
            for one in wanted
        }


def comparison_files(content: Mapping[str, Any]) -> bytes:
    """A zip of every file of the figure of a comparison.

    Args:
        content: Of a stored comparison.

    Raises:
        AnalysisError: It could not be drawn.
    """
    return _drawn("analysis.figures.comparison_file", content, "the comparison")


def _drawn(module: str, needed: Mapping[str, Any], what: str) -> bytes:
    """What the module writes."""
    try:
        done = subprocess.run(  # noqa: S603  (our own module, no shell)
            [sys.executable, "-m", module],
            cwd=_PROJECT,
            input=json.dumps(needed).encode(),
            capture_output=True,
            timeout=_LONGEST_S,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise AnalysisError(": ".join([f"could not draw {what}", *last])) from error
    except subprocess.TimeoutExpired as error:
        raise AnalysisError(f"could not draw {what}: it took too long") from error
    return done.stdout
