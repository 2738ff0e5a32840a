"""Which software made a report."""

import platform
import tomllib
from importlib import metadata
from pathlib import Path

_LIBRARIES = ("numpy", "scipy", "krippendorff", "pyarrow", "statsmodels")


def software_version() -> str:
    """The project's version: of the installed package, else of the source tree."""
    try:
        return metadata.version("mimic-bench")
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
