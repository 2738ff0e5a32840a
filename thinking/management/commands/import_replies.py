"""manage.py import_replies FILE --build NAME --source TITLE: others' replies."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from tasks.answering import View
from thinking.errors import ThinkingError
from thinking.models import Build
from thinking.selectors.runs import listed_runs
from thinking.services.imports import ReplyFile, import_replies


class Command(BaseCommand):
    help = (
        "Import the replies that another program collected to the items of a sealed "
        "build: JSON Lines, samples of lmms-eval, or a VLMEvalKit table."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--build", required=True, help="name of the build")
        parser.add_argument("--source", required=True, help="title of the model")
        parser.add_argument(
            "--view",
            choices=[*View],
            default=View.VIDEO.value,
            help="what was shown with the questions",
        )
        parser.add_argument(
            "--note", default="", help="checkpoint, prompt, settings to be shown"
        )

    def handle(
        self,
        *_args: object,
        file: Path,
        build: str,
        source: str,
        view: str,
        note: str,
        **_options: object,
    ) -> None:
        chosen = Build.objects.filter(name=build).first()
        if chosen is None:
            msg = f"No build is called {build}."
            raise CommandError(msg)
        described = ReplyFile(file, file.name, source, View(view), note)
        try:
            run, is_new = import_replies(build=chosen, file=described)
        except ThinkingError as error:
            raise CommandError(str(error)) from error
        counted = listed_runs(chosen).get(pk=run.pk)
        state = "new" if is_new else "already there"
        self.stdout.write(
            f"{run.source.key} ({state}): {counted.reply_count} replies of "
            f"{run.reply_goal}, {counted.unreadable_count} unreadable, "
            f"{counted.refused_count} refused"
        )
