"""Folders of clips on the server that an import from the web page may read."""

from itertools import islice
from pathlib import Path

from django.conf import settings

from corpus.errors import ServerFolderError

# Names that the form suggests.
_SUGGESTED = 50


def server_folder(relative: str) -> Path:
    """The folder at a path relative to IMPORT_ROOT; never one outside of it.

    Raises:
        ServerFolderError: there is no such folder, or it leads outside.
    """
    if settings.IMPORT_ROOT is None:
        msg = "This server has no folder to import from: IMPORT_ROOT is not set."
        raise ServerFolderError(msg)
    root = settings.IMPORT_ROOT.resolve()
    try:
        folder = (root / relative).resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise _missing(relative) from error
    # After links are resolved, for a link may lead anywhere.
    if not folder.is_relative_to(root) or not folder.is_dir():
        raise _missing(relative)
    return folder


def _missing(relative: str) -> ServerFolderError:
    msg = f"There is no folder {relative} in the server's folder for imports."
    return ServerFolderError(msg)


def suggested_folders() -> list[str]:
    """Names of folders right below IMPORT_ROOT, for the form; not all if many."""
    if settings.IMPORT_ROOT is None or not settings.IMPORT_ROOT.is_dir():
        return []
    names = (
        path.name
        for path in settings.IMPORT_ROOT.iterdir()
        if path.is_dir() and not path.name.startswith(".")
    )
    return sorted(islice(names, _SUGGESTED))
