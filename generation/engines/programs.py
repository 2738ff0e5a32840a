"""Where the project's own programs for separate environments are."""

from pathlib import Path

PROGRAMS = Path(__file__).resolve().parents[1] / "programs"
REMOTE_CODE = PROGRAMS / "remote_code.py"


def requirements_of(environment: str) -> Path | None:
    """What the environment holds; None where a site brings it itself."""
    path = PROGRAMS / f"requirements-{environment}.txt"
    return path if path.is_file() else None
