"""manage.py build_mmla FOLDER: a build of each set of MMLA that the folder holds."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from corpus.media.tools import MediaTools
from corpus.media_processing import process_media
from corpus.tasks import queue_media
from tasks.errors import TasksError
from tasks.mmla.builds import make_label_build
from tasks.mmla.checking import check_folder
from tasks.mmla.sets import SPLITS, all_sets
from thinking.errors import ThinkingError
from thinking.management.folders import require_folders
from thinking.services.builds import seal_build
from thinking.services.label_builds import StoredLabels, store_label_build


class Command(BaseCommand):
    help = (
        "Build the items of MMLA from a folder of its data, a build for each set, with "
        "the clips that are there. The same rows give the same build. See check_mmla."
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
        parser.add_argument("--split", choices=SPLITS, default="test")
        parser.add_argument(
            "--sets", nargs="+", choices=[*all_sets()], default=[], help="default: all"
        )
        parser.add_argument("--seal", action="store_true", help="also seal the builds")
        parser.add_argument(
            "--process-media",
            action="store_true",
            help="make the clips playable now, instead of queueing them",
        )

    def handle(
        self,
        *_args: object,
        folder: Path,
        clips: list[Path],
        split: str,
        sets: list[str],
        **options: bool,
    ) -> None:
        require_folders(folder, *clips)
        try:
            made = self._builds(folder, clips, split, sets)
            if options["seal"]:
                _seal(made)
        except (TasksError, ThinkingError) as error:
            raise CommandError(str(error)) from error
        media = [key for stored in made for key in stored.waiting_media]
        if options["process_media"]:
            with MediaTools() as tools:
                for key in media:
                    process_media(media_id=key, tools=tools)
        else:
            queue_media(media)

    def _builds(
        self, folder: Path, clips: list[Path], split: str, sets: list[str]
    ) -> list[StoredLabels]:
        checked = check_folder(folder, clips)
        wanted = [
            one.found
            for one in checked.sets
            if (not sets or one.found.labels.name in sets) and one.found.rows[split]
        ]
        if not wanted:
            message = f"No rows of that split were found in {folder}; try check_mmla."
            raise TasksError(message)
        # Every set is read before any is stored: a wrong label stops all.
        builds = [
            make_label_build(one.labels, split, one.utterances(split)) for one in wanted
        ]
        made = []
        for build in builds:
            stored = store_label_build(build=build, clips=checked.clips)
            state = "new" if stored.is_new else "already there"
            count = len(build.utterances)
            self.stdout.write(
                f"{build.name} ({state}): {count} items, {stored.clip_count} with a "
                "clip; the others can be asked by their text alone"
            )
            made.append(stored)
        return made


def _seal(made: list[StoredLabels]) -> None:
    for stored in made:
        if not stored.build.is_sealed:
            seal_build(build=stored.build)
