"""Folders that commands are given."""

from pathlib import Path

from django.core.management.base import CommandError


def require_folders(*folders: Path) -> None:
    """Refuse a command whose folders are not there."""
    for one in folders:
        if not one.is_dir():
            msg = f"{one} is not a folder."
            raise CommandError(msg)
