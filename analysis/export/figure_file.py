"""One figure of a stored report as a file, drawn in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError

_PROJECT = Path(__file__).resolve().parents[2]
_LONGEST_S = 60


def figure_file(content: Mapping[str, Any], name: str, style: str) -> bytes | None:
    """The picture, or None where the report has no data for it.

    Args:
        content: Of a stored report: its figures and chapters.
        name: One of `charts.FIGURES`.
        style: One of `charts.FORMATS`.

    Raises:
        AnalysisError: It could not be drawn.
    """
    needed = {key: content[key] for key in ("report", "chapters")}
    try:
        done = subprocess.run(  # noqa: S603  (our own module, no shell)
            [sys.executable, "-m", "analysis.figures", name, style],
            cwd=_PROJECT,
            input=json.dumps(needed).encode(),
            capture_output=True,
            timeout=_LONGEST_S,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise AnalysisError(f"the figure {name} could not be drawn") from error
    return done.stdout or None
