"""manage.py check_mmla FOLDER: what a folder of MMLA data holds; nothing is copied."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from tasks.errors import TasksError
from tasks.mmla.checking import check_folder, check_table
from thinking.management.folders import require_folders


class Command(BaseCommand):
    help = (
        "Say what a folder of MMLA data holds: sets, layouts, rows against the "
        "published numbers, clips, unknown labels. Nothing is copied."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--clips",
            nargs="*",
            type=Path,
            default=[],
            help="further folders with clips, such as those of IEMOCAP and MOSI",
        )

    def handle(
        self, *_args: object, folder: Path, clips: list[Path], **_options: object
    ) -> None:
        require_folders(folder, *clips)
        try:
            checked = check_folder(folder, clips)
        except TasksError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(check_table(checked), ending="")
        unclean = [one.found.labels.name for one in checked.sets if not one.is_clean]
        if unclean or not checked.sets:
            msg = f"Correct the labels of {', '.join(unclean)} before you build."
            raise CommandError(msg if unclean else "Nothing can be built from it.")
