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
    try:
        done = subprocess.run(
            [sys.executable, "-m", "analysis.figures"],
            cwd=_PROJECT,
            input=json.dumps({**needed, "wanted": wanted}).encode(),
            capture_output=True,
            timeout=_LONGEST_S,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise AnalysisError(_message(wanted, *last)) from error
    except subprocess.TimeoutExpired as error:
        raise AnalysisError(_message(wanted, "it took too long")) from error
    with ZipFile(io.BytesIO(done.stdout)) as packed:
        failed = json.loads(packed.read(ERRORS))
        return {
            one: Drawn(b"", failed[one.file])
            if one.file in failed
            else Drawn(packed.read(one.file), "")
            for one in wanted
        }


def _message(wanted: Sequence[Picture], *why: str) -> str:
    names = ", ".join(dict.fromkeys(one.name for one in wanted))
    return ": ".join([f"could not draw {names}", *why])
