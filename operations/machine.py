"""Where the data are, how much room is left, and which versions run."""

import platform
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import django
from django.conf import settings
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analysis.version import software_name

_PERCENT: Final = 100


@dataclass(frozen=True)
class Disk:
    """The disk of one folder, as the web sees it; sizes in bytes."""

    label: str | Promise
    total: int
    free: int

    @property
    def free_percent(self) -> int:
        return _PERCENT * self.free // self.total if self.total else 0

    @property
    def is_low(self) -> bool:
        """Less than `/readyz` asks for."""
        return bool(self.free < settings.DISK_FREE_MIN_MIB << 20)


@dataclass(frozen=True)
class DatabaseFacts:
    """Size in bytes, the server's version, connections that are open."""

    size: int
    version: str
    connections: int
    largest: tuple[tuple[str, int], ...]


def disks() -> list[Disk]:
    """The disks that the web writes to; one that is away is left out."""
    folders = ((_("Videos"), settings.MEDIA_ROOT), (_("Uploads"), _temporary()))
    found = []
    for label, folder in folders:
        try:
            usage = shutil.disk_usage(_existing(folder))
        except OSError:
            continue
        found.append(Disk(label, usage.total, usage.free))
    return found


def _temporary() -> Path:
    return Path(settings.FILE_UPLOAD_TEMP_DIR or tempfile.gettempdir())


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else folder.parent


def database_facts() -> DatabaseFacts:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(current_database()),"
            " current_setting('server_version'),"
            " (SELECT count(*) FROM pg_stat_activity"
            "  WHERE datname = current_database())"
        )
        size, version, connections = cursor.fetchone()
        cursor.execute(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
            " ORDER BY 2 DESC LIMIT 3"
        )
        largest = tuple((name, bytes_) for name, bytes_ in cursor.fetchall())
    return DatabaseFacts(size, version.split()[0], connections, largest)


def versions() -> list[tuple[str, str]]:
    return [
        ("MIMIC-Bench", software_name()),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
    ]
