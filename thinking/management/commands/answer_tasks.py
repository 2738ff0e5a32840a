"""manage.py answer_tasks --build NAME --models KEY,KEY: models answer a build."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from annotation.rules.studies.pace import duration_in_words
from generation.errors import GenerationError
from generation.installation import known_entry
from tasks.answering import ASKED_MODES, ROTATION_COUNTS, Mode, View
from tasks.mmla.prompts import Wording
from thinking.errors import ThinkingError
from thinking.models import Build
from thinking.selectors.previews import Manner, RunPreview, preview_run
from thinking.services.runs import start_run
from thinking.tasks import wake_run_on_commit


class Command(BaseCommand):
    help = (
        "Let models of the registry answer the items of a sealed build. Workers do it; "
        "the page of each run shows how far it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--build", required=True, help="name of the build")
        parser.add_argument(
            "--models", required=True, metavar="KEY,KEY", help="see: manage.py models"
        )
        parser.add_argument(
            "--mode",
            choices=[*ASKED_MODES],
            default=Mode.LETTER.value,
            help="what the model says, or which letter or text it finds likeliest",
        )
        parser.add_argument(
            "--view",
            choices=[*View],
            default=View.VIDEO.value,
            help="what is shown with the questions",
        )
        parser.add_argument(
            "--rotations",
            type=int,
            choices=ROTATION_COUNTS,
            default=1,
            help="in how many orders of its options each item is asked",
        )
        parser.add_argument(
            "--wording",
            choices=[*Wording],
            default=Wording.PAPER.value,
            help="which published prompt, for builds of MMLA",
        )
        parser.add_argument("--seed", type=int, help="default: a random one")
        parser.add_argument(
            "--preview", action="store_true", help="say what it would ask and cost"
        )

    def handle(
        self,
        *_args: object,
        build: str,
        models: str,
        mode: str,
        view: str,
        rotations: int,
        seed: int | None,
        **options: str,
    ) -> None:
        chosen = Build.objects.filter(name=build).first()
        if chosen is None:
            msg = f"No build is called {build}."
            raise CommandError(msg)
        manner = Manner(
            Mode(mode), View(view), rotations, seed, Wording(options["wording"])
        )
        try:
            for key in models.split(","):
                entry = known_entry(key.strip())
                if options["preview"]:
                    self._show(preview_run(build=chosen, entry=entry, manner=manner))
                    continue
                run = start_run(build=chosen, entry=entry, manner=manner)
                wake_run_on_commit(run)
                self.stdout.write(
                    f"{entry.title}: {run.jobs.count()} questions (seed {run.seed})"
                )
        except (ThinkingError, GenerationError) as error:
            raise CommandError(str(error)) from error

    def _show(self, preview: RunPreview) -> None:
        words = [f"{preview.question_count} questions"]
        if preview.estimate is not None:
            words.append(f"about {duration_in_words(preview.estimate)}")
        if preview.cost:
            words.append(str(preview.cost))
        if preview.problem:
            words.append(preview.problem)
        self.stdout.write(f"{preview.entry.title}: {', '.join(words)}")
