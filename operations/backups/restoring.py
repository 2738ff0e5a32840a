"""Check a backup, and bring it back into an empty database and media folder."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from operations.backups.making import rows_by_table
from operations.backups.manifest import (
    DUMP,
    MEDIA,
    KeptFile,
    Manifest,
    copy_hashed,
    damages,
    read_manifest,
    sha256_of,
)
from operations.errors import BackupError
from operations.postgres import run, server_version

_DAMAGES_SHOWN = 5
_UNFINISHED = ".unfinished"


def check_backup(folder: Path) -> Manifest:
    """Read all of a backup; changes nothing.

    Raises:
        BackupError: it is damaged, foreign, or this version can't read it.
    """
    manifest = read_manifest(folder)
    found = [*damages(folder, manifest)]
    if found:
        shown = "\n".join(f"  {line}" for line in found[:_DAMAGES_SHOWN])
        more = f"\n  and {len(found) - _DAMAGES_SHOWN} more"
        msg = (
            f"{folder} is not what was backed up:\n{shown}"
            f"{more if len(found) > _DAMAGES_SHOWN else ''}\n"
            "Use another copy of this backup, or an older backup."
        )
        raise BackupError(msg)
    _refuse_newer(manifest)
    run("pg_restore", "--list", folder / DUMP, oldest=manifest.pg_dump)
    return manifest


def restore_backup(
    *, folder: Path, replace: bool, say: Callable[[str], object] = lambda _: None
) -> Manifest:
    """Restore a backup into Django's database and MEDIA_ROOT.

    The database is restored in one transaction: all of it, or nothing. What an
    interrupted run has copied of the media files does not hinder the next one.

    Args:
        folder: the backup.
        replace: whether tables and media files that are there now are deleted first.
        say: is told how far it is.

    Raises:
        BackupError: the backup is not whole, or its place is not empty.
    """
    folder = folder.resolve()
    say("Checking the backup ...")
    manifest = check_backup(folder)
    foreign = _foreign_media(manifest)
    tables = _tables()
    if not replace:
        _refuse_full_place(tables, foreign)
    _refuse_older_server(manifest)
    say("Copying media files ...")
    _copy_media(folder, manifest)
    say("Restoring the database ...")
    if tables:
        _drop_everything()
    run(
        *("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error"),
        *("--single-transaction", folder / DUMP),
        oldest=manifest.pg_dump,
        database=True,
    )
    # Last: until here, what the old database names was still there.
    for path in foreign:
        path.unlink()
    _refuse_other_rows(manifest)
    return manifest


def migrations_to_come(manifest: Manifest) -> list[str]:
    """Return migrations of this version that the backup's database has not had."""
    return sorted(_known_migrations() - {*manifest.migrations})


def _known_migrations() -> set[str]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {".".join(key) for key in loader.disk_migrations}


def _refuse_newer(manifest: Manifest) -> None:
    unknown = sorted({*manifest.migrations} - _known_migrations())
    if unknown:
        msg = (
            f"The backup was made by another version ({manifest.software}), whose "
            f"tables this version does not know ({unknown[-1]}). Restore it with the "
            "version that made it, then upgrade."
        )
        raise BackupError(msg)


def _refuse_older_server(manifest: Manifest) -> None:
    version = server_version()
    if version < manifest.postgres:
        msg = (
            f"The backup is from PostgreSQL {manifest.postgres} and this server is "
            f"{version}. Restore it into PostgreSQL {manifest.postgres} or newer."
        )
        raise BackupError(msg)


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        return connection.introspection.table_names(cursor, include_views=True)


def _foreign_media(manifest: Manifest) -> list[Path]:
    """Files below MEDIA_ROOT that the backup does not hold just so."""
    root = Path(settings.MEDIA_ROOT)
    return [
        path
        for path in sorted(root.rglob("*"))
        if not path.is_dir() and not _is_kept(path, root, manifest)
    ]


def _is_kept(path: Path, root: Path, manifest: Manifest) -> bool:
    kept = manifest.files.get(f"{MEDIA}/{path.relative_to(root).as_posix()}")
    return (
        kept is not None
        and path.stat().st_size == kept.size
        and sha256_of(path) == kept.sha256
    )


def _refuse_full_place(tables: list[str], foreign: list[Path]) -> None:
    name = connection.settings_dict["NAME"]
    how = "Restore into an empty place, or replace what is there with --replace."
    if tables:
        msg = f"The database {name} is not empty: it has {len(tables)} tables. {how}"
        raise BackupError(msg)
    if foreign:
        msg = (
            f"{settings.MEDIA_ROOT} is not empty: it has {len(foreign)} files that "
            f"are not of this backup, such as {foreign[0].name}. {how}"
        )
        raise BackupError(msg)


def _copy_media(folder: Path, manifest: Manifest) -> None:
    root = Path(settings.MEDIA_ROOT)
    try:
        root.mkdir(parents=True, exist_ok=True)
        for relative, kept in manifest.files.items():
            if relative == DUMP:
                continue
            target = root / Path(relative).relative_to(MEDIA)
            if not (target.is_file() and _is_kept(target, root, manifest)):
                _copy_whole(folder / relative, target, kept)
    except OSError as error:
        msg = (
            f"Cannot write the media files into {root}: {error.strerror or error}. The "
            "database was not touched; run the same command again."
        )
        raise BackupError(msg) from error


def _copy_whole(source: Path, target: Path, kept: KeptFile) -> None:
    draft = target.with_name(target.name + _UNFINISHED)
    draft.unlink(missing_ok=True)
    if copy_hashed(source, draft) != kept:
        draft.unlink()
        msg = f"{source} changed while it was being read. Use another copy of it."
        raise BackupError(msg)
    draft.replace(target)


def _drop_everything() -> None:
    """Drop tables, sequences and functions of the schema, but not the schema.

    Its default privileges are what lets the application's role use new tables.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'TABLE', c.oid::regclass::text FROM pg_class c"
            " WHERE c.relnamespace = current_schema()::regnamespace"
            " AND c.relkind IN ('r', 'p')"
            " UNION ALL SELECT 'ROUTINE', p.oid::regprocedure::text FROM pg_proc p"
            " WHERE p.pronamespace = current_schema()::regnamespace"
            " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid"
            " AND d.deptype = 'e')"
        )
        for kind, name in cursor.fetchall():
            cursor.execute(f"DROP {kind} IF EXISTS {name} CASCADE")


def _refuse_other_rows(manifest: Manifest) -> None:
    """Compare every table's rows with those that were backed up."""
    found = rows_by_table()
    other = sorted(
        table
        for table in found.keys() | manifest.rows.keys()
        if found.get(table) != manifest.rows.get(table)
    )
    if other:
        table = other[0]
        msg = (
            f"The restored database is not what was backed up: {table} has "
            f"{found.get(table)} rows instead of {manifest.rows.get(table)}. Was it in "
            "use during the restore? Stop web and workers and restore again with "
            "--replace."
        )
        raise BackupError(msg)
