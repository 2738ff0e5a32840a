"""manage.py build_tasks --selection KEY --seed 1: items about a selection's videos."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from corpus.models import VideoSelection
from tasks.catalogue import Task
from thinking.errors import ThinkingError
from thinking.services.builds import make_build, seal_build


class Command(BaseCommand):
    help = (
        "Build multiple-choice items about the videos of a saved selection. The same "
        "corpus, seed and rules give the same build."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--selection", required=True, help="key of the selection")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--split", default="benchmark")
        parser.add_argument("--seal", action="store_true", help="also seal the build")
        parser.add_argument(
            "--reason", default="", help="why a flagged build is sealed anyway"
        )

    def handle(
        self,
        *_args: object,
        selection: str,
        seed: int,
        split: str,
        seal: bool,
        reason: str,
        **_options: object,
    ) -> None:
        chosen = VideoSelection.objects.filter(key=selection).first()
        if chosen is None:
            msg = f"No selection has the key {selection}."
            raise CommandError(msg)
        try:
            build, is_new = make_build(selection=chosen, seed=seed, split=split)
            if seal and not build.is_sealed:
                build = seal_build(build=build, reason=reason)
        except ThinkingError as error:
            raise CommandError(str(error)) from error
        counts = ", ".join(f"{task} {build.counts[task]}" for task in Task)
        state = "new" if is_new else "already there"
        self.stdout.write(f"{build.name} ({state}): {build.item_count} items: {counts}")
        for line in build.report["flagged"]:
            self.stdout.write(f"can be answered without the video: {line}")
