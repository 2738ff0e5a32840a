"""Which software made a report."""

import platform
import tomllib
from importlib import metadata
from pathlib import Path

# The name to install it by (`pip install`).
DISTRIBUTION = "mimic-blind-test"
_LIBRARIES = ("numpy", "scipy", "krippendorff", "pyarrow", "statsmodels")


def software_name() -> str:
    """What to install, and which version of it, in words."""
    return f"{DISTRIBUTION} {software_version()}"


def software_version() -> str:
    """The project's version: of the installed package, else of the source tree."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        project = Path(__file__).parent.parent / "pyproject.toml"
        return str(tomllib.loads(project.read_text())["project"]["version"])


def library_versions() -> dict[str, str]:
    """Versions of what the numbers are computed with."""
    versions = {"python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            versions[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
    return versions
