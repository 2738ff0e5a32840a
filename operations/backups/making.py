"""Make a backup: the database in one snapshot, then the media files, then the hashes.

The database comes first, so that every file it names is among those that are copied
after it: media files never change, and get their names at random.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from analysis.version import software_name
from operations.backups.manifest import (
    DUMP,
    MEDIA,
    KeptFile,
    Manifest,
    copies_in,
    copy_hashed,
    damages,
    sha256_of,
    write_manifest,
)
from operations.errors import BackupError
from operations.postgres import program, run, server_version

# Until it is whole, a backup has another name, which nothing takes for a backup.
_UNFINISHED = ".unfinished"
# What a dump and the file system want beside the media files.
_SPARE_BYTES = 64 << 20


def make_backup(
    *, into: Path, verify: bool = False, say: Callable[[str], object] = lambda _: None
) -> Path:
    """Make a backup in a folder of backups and return its own folder.

    Args:
        into: the folder that holds the backups; made if need be.
        verify: read everything again afterwards and compare.
        say: is told how far it is.

    Raises:
        BackupError: it could not be made whole; nothing of it is left.
    """
    into = into.resolve()
    _refuse_bad_place(into)
    try:
        # It holds people's answers and the hashes of their passwords.
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _only_one(into):
            _clear_unfinished(into)
            _refuse_full_disk(into)
            return _make(into, verify=verify, say=say)
    except OSError as error:
        msg = f"Cannot write the backup into {into}: {error.strerror or error}."
        raise BackupError(msg) from error


def _make(into: Path, *, verify: bool, say: Callable[[str], object]) -> Path:
    name = f"mimic-{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}"
    draft = into / f"{name}{_UNFINISHED}"
    try:
        draft.mkdir(mode=0o700)
        manifest = _fill(draft, say)
        write_manifest(draft, manifest)
        os.sync()  # whole on the disk before it has its name
        if verify:
            say("Reading everything again ...")
            _refuse_damage(draft, manifest)
        return draft.rename(into / name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def delete_old(*, folder: Path, keep: int) -> list[Path]:
    """Delete the oldest backups of a folder until `keep` are left; return those."""
    old = copies_in(folder)[:-keep]
    for path in old:
        # Renamed first, so that what a kill leaves passes for no backup.
        gone = path.rename(path.with_name(path.name + _UNFINISHED))
        _delete(gone)
    return old


def _fill(draft: Path, say: Callable[[str], object]) -> Manifest:
    created_at = timezone.now().isoformat(timespec="seconds")
    say("Writing the database ...")
    rows, migrations = _dump(draft / DUMP)
    say("Copying media files ...")
    media, vanished = _copy_media(draft / MEDIA)
    dump = draft / DUMP
    own = KeptFile(dump.stat().st_size, sha256_of(dump))
    version = server_version()
    return Manifest(
        created_at=created_at,
        software=software_name(),
        postgres=version,
        pg_dump=_major(run("pg_dump", "--version", oldest=version)),
        database=str(connection.settings_dict["NAME"]),
        migrations=migrations,
        rows=rows,
        files={DUMP: own, **media},
        vanished=vanished,
    )


def _dump(target: Path) -> tuple[dict[str, int], list[str]]:
    """Write the dump; return rows by table and migrations of the same snapshot."""
    version = server_version()
    program("pg_dump", version)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        rows = rows_by_table()
        applied = MigrationRecorder(connection).applied_migrations()
        run(
            *("pg_dump", "--format=custom", f"--snapshot={snapshot}"),
            *("--no-owner", "--no-privileges", f"--file={target}"),
            oldest=version,
            database=True,
        )
    return rows, sorted(".".join(key) for key in applied)


def rows_by_table() -> dict[str, int]:
    """Count the rows of every table."""
    with connection.cursor() as cursor:
        tables = sorted(connection.introspection.table_names(cursor))
        rows = {}
        for table in tables:
            cursor.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table)))
            (rows[table],) = cursor.fetchone()
    return rows


def _copy_media(target: Path) -> tuple[dict[str, KeptFile], list[str]]:
    """Copy MEDIA_ROOT; return the files by path below the backup, and who vanished."""
    root = Path(settings.MEDIA_ROOT)
    copied, vanished = {}, []
    for source in sorted(root.rglob("*")):
        relative = source.relative_to(root).as_posix()
        if source.is_dir() or source.is_symlink():
            continue
        try:
            kept = copy_hashed(source, target / relative)
        except FileNotFoundError:
            vanished.append(relative)
        else:
            copied[f"{MEDIA}/{relative}"] = kept
    return copied, vanished


def _refuse_bad_place(into: Path) -> None:
    """Refuse folders whose content goes elsewhere: into images, or to browsers."""
    project = [settings.PROJECT] if settings.IS_CHECKOUT else []
    for folder in (*project, Path(settings.MEDIA_ROOT), Path(settings.STATIC_ROOT)):
        if into.is_relative_to(folder.resolve()):
            msg = (
                f"{into} is inside {folder}, whose files are served or built into "
                "images. Choose a folder outside of it, best on another disk."
            )
            raise BackupError(msg)


def _refuse_full_disk(into: Path) -> None:
    root = Path(settings.MEDIA_ROOT)
    media = sum(path.lstat().st_size for path in root.rglob("*") if path.is_file())
    needed = media + _SPARE_BYTES
    free = shutil.disk_usage(into).free
    if free < needed:
        msg = (
            f"{into} has {free >> 20} MiB free and the backup needs more than "
            f"{needed >> 20} MiB. Free some space or choose another folder."
        )
        raise BackupError(msg)


def _refuse_damage(folder: Path, manifest: Manifest) -> None:
    found = [*damages(folder, manifest)]
    if found:
        msg = (
            f"What was written can't be read back: {found[0]}. The disk of {folder} "
            "may be failing. Choose another one."
        )
        raise BackupError(msg)


@contextmanager
def _only_one(into: Path) -> Iterator[None]:
    with (into / ".lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            msg = f"Another backup is being made in {into}. Wait until it is done."
            raise BackupError(msg) from None
        yield


def _clear_unfinished(into: Path) -> None:
    """Delete what a killed backup left behind."""
    for left in into.glob(f"mimic-*{_UNFINISHED}"):
        _delete(left)


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _major(said: str) -> int:
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0
