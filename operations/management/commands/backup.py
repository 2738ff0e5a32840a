"""manage.py backup FOLDER: the database and the media files, whole and checked."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from operations.backups.encryption import encrypt, tool_for
from operations.backups.making import delete_old, make_backup
from operations.errors import BackupError
from operations.models import UpkeepKind
from operations.upkeep import noted


class Command(BaseCommand):
    help = (
        "Back up the database and the media files into a new folder in FOLDER, with a "
        "manifest of every file's SHA-256. It has its name only when it is whole. "
        "`manage.py restore` brings it back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="where the backups are; best on another disk"
        )
        parser.add_argument(
            "--verify", action="store_true", help="read everything again and compare"
        )
        parser.add_argument(
            "--keep", type=_count, metavar="N", help="then keep only the N newest"
        )
        parser.add_argument(
            "--encrypt-to",
            metavar="KEY",
            help="encrypt it: a public key of age (age1...), or a recipient of GnuPG",
        )

    def handle(
        self,
        *_args: object,
        folder: Path,
        verify: bool,
        keep: int | None,
        encrypt_to: str | None,
        **_options: object,
    ) -> None:
        try:
            with noted(UpkeepKind.BACKUP) as ended:
                made = self._make(folder, encrypt_to, verify=verify)
                ended(str(made))
            for old in delete_old(folder=folder, keep=keep) if keep else []:
                self.stdout.write(f"Deleted {old.name}")
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Backup: {made}")

    def _make(self, folder: Path, encrypt_to: str | None, *, verify: bool) -> Path:
        if encrypt_to:
            tool_for(encrypt_to)  # before hours of copying
        made = make_backup(into=folder, verify=verify, say=self.stdout.write)
        if encrypt_to:
            self.stdout.write("Encrypting ...")
            made = encrypt(made, encrypt_to)
        return made


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError
    return count
