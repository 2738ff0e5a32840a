"""manage.py restore BACKUP: bring a backup back, into an empty place."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from operations.backups.encryption import opened
from operations.backups.manifest import Manifest
from operations.backups.restoring import (
    check_backup,
    migrations_to_come,
    restore_backup,
)
from operations.errors import BackupError


class Command(BaseCommand):
    help = (
        "Restore a backup that `manage.py backup` made into this installation's "
        "database and media folder, which must be empty. Stop web and workers first."
    )
    # The database may be empty.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, help="the backup's folder or file")
        parser.add_argument(
            "--check",
            action="store_true",
            help="read all of it and compare it with its hashes; change nothing",
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="delete the tables and media files that are here now; asks first",
        )
        parser.add_argument(
            "--yes", action="store_true", help="answer yes to the question of --replace"
        )
        parser.add_argument(
            "--identity", type=Path, metavar="FILE", help="age's secret key"
        )

    def handle(
        self,
        *_args: object,
        backup: Path,
        identity: Path | None,
        **options: bool,
    ) -> None:
        try:
            with opened(backup, identity) as folder:
                if options["check"]:
                    self._describe(check_backup(folder), "is whole")
                else:
                    self._restore(folder, **options)
        except BackupError as error:
            raise CommandError(str(error)) from error

    def _restore(self, folder: Path, **options: bool) -> None:
        replace = options["replace"]
        if replace and not (options["yes"] or self._is_confirmed()):
            msg = "Nothing was changed."
            raise CommandError(msg)
        manifest = restore_backup(folder=folder, replace=replace, say=self.stdout.write)
        self._describe(manifest, "is restored")
        if migrations_to_come(manifest):
            self.stdout.write(
                "This version is newer than the backup. Run `manage.py migrate`, then "
                "`manage.py check_integrity`."
            )
        else:
            call_command("check_integrity", stdout=self.stdout, stderr=self.stderr)

    def _describe(self, manifest: Manifest, what: str) -> None:
        rows = sum(manifest.rows.values())
        judgments = manifest.rows.get("annotation_judgment", 0)
        self.stdout.write(
            f"The backup of {manifest.created_at} {what}: {rows} rows ({judgments} "
            f"judgments), {manifest.media_count} media files, made by "
            f"{manifest.software} on PostgreSQL {manifest.postgres}."
        )
        for path in manifest.vanished:
            self.stdout.write(f"Deleted while the backup was being made: {path}")

    def _is_confirmed(self) -> bool:
        name = str(connection.settings_dict["NAME"])
        self.stdout.write(
            f"This deletes every table of the database {name} and every media file "
            "that the backup does not hold. Make a backup of them first."
        )
        try:
            return input(f"Type {name} to go on: ").strip() == name
        except EOFError:
            return False
