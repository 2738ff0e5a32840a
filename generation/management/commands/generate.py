"""manage.py generate: a round of models, from the command line."""

import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from annotation.errors import AnnotationError
from annotation.models import Study
from annotation.rules.studies.pace import duration_in_words
from generation.errors import GenerationError
from generation.installation import known_entry
from generation.models import GenerationRound, RoundScope
from generation.recipes import Recipe, read_recipe
from generation.registry import Entry
from generation.selectors.previews import Only, RoundPreview, preview_round
from generation.selectors.recipes import recipe_of, replay_of
from generation.selectors.round_progress import (
    RoundProgress,
    failures_of,
    round_progress,
)
from generation.selectors.rounds import known_round
from generation.selectors.workers import queues_without_worker
from generation.services.rounds import RoundLimits, open_round
from generation.tasks import wake_round

_LOOK_SECONDS = 1.0
_TOO_MUCH = 10**8


class Command(BaseCommand):
    help = (
        "Let models write comments for the videos of a draft study. Workers do it; "
        "with --watch the command shows how far they are, and Ctrl-C only stops "
        "watching."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--study", required=True, metavar="KEY")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--models", metavar="KEY,KEY", help="see: manage.py models")
        what.add_argument(
            "--like",
            metavar="ROUND",
            help="the models, videos and seed of a round: its number here, or the "
            "file that manage.py export_round wrote elsewhere",
        )
        parser.add_argument(
            "--scope",
            choices=RoundScope.values,
            default=RoundScope.MISSING.value,
            help="missing: only what the study lacks (default); all: every video",
        )
        parser.add_argument(
            "--seed",
            type=int,
            help="seed for everything random (default: a random one)",
        )
        parser.add_argument(
            "--max-usd",
            type=_dollars,
            metavar="USD",
            help="pause the round before its servers could charge more",
        )
        parser.add_argument(
            "--preview",
            action="store_true",
            help="show what would be written, and start nothing",
        )
        parser.add_argument("--watch", action="store_true", help="show progress")

    def handle(
        self,
        *_args: object,
        study: str,
        scope: str,
        preview: bool,
        watch: bool,
        **options: Any,  # noqa: ANN401 (what the parser above made)
    ) -> None:
        try:
            found, chosen = _study(study), RoundScope(scope)
            wanted = self._wanted(found, **options)
            self._show(
                preview_round(
                    study=found,
                    entries=wanted.entries,
                    scope=chosen,
                    only=wanted.only,
                )
            )
            if preview:
                return
            generation_round = open_round(
                study=found,
                entries=wanted.entries,
                scope=chosen,
                seed=wanted.seed,
                limits=RoundLimits(wanted.only, options["max_usd"]),
            )
            self._started(generation_round)
            if watch:
                self._watch(generation_round)
        except (GenerationError, AnnotationError) as error:
            raise CommandError(str(error)) from error

    def _wanted(
        self,
        study: Study,
        *,
        models: str | None,
        like: str | None,
        seed: int | None,
        **_options: object,
    ) -> "_Wanted":
        """What is asked for by names, or what a round asked for."""
        if like is None:
            keys = (models or "").split(",")
            return _Wanted([known_entry(key.strip()) for key in keys], seed)
        if seed is not None:
            msg = "Leave --seed out: with --like the seed is the round's."
            raise CommandError(msg)
        replay = replay_of(_recipe(like), study)
        for note in replay.notes:
            self.stderr.write(f"The requests are the same, answers may not be: {note}")
        return _Wanted(replay.entries, replay.seed, replay.videos)

    def _show(self, preview: RoundPreview) -> None:
        for model in preview.models:
            words = [f"{model.job_count} comments", f"{model.entry.memory_gib:g} GiB"]
            if model.estimate is not None:
                words.append(f"about {duration_in_words(model.estimate)}")
            if model.cost:
                words.append(str(model.cost))
            if model.problem:
                words.append(model.problem)
            self.stdout.write(f"{model.entry.title}: {', '.join(words)}")
        if preview.is_charged:
            when = preview.prices_as_of or "a time that a file doesn't name"
            self.stdout.write(f"All models: {preview.cost}, at prices of {when}")

    def _started(self, generation_round: GenerationRound) -> None:
        wake_round(generation_round)
        seed = generation_round.seed
        self.stdout.write(f"{generation_round} has started (seed {seed}).")
        for queue in queues_without_worker(generation_round):
            self.stderr.write(f"No worker serves {queue}; the round waits for one.")

    def _watch(self, generation_round: GenerationRound) -> None:
        console = Console(file=cast("IO[str]", self.stdout))
        with Live(console=console, auto_refresh=False) as live:
            while True:
                generation_round.refresh_from_db()
                progress = round_progress(generation_round)
                live.update(_picture(progress), refresh=True)
                if generation_round.is_over:
                    break
                time.sleep(_LOOK_SECONDS)
        for failure in failures_of(generation_round):
            self.stdout.write(f"{failure.count} failed: {failure.label}")


def _dollars(text: str) -> Decimal:
    try:
        amount = Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation:
        amount = Decimal(0)
    if not (amount.is_finite() and 0 < amount < _TOO_MUCH):
        msg = f"{text} is no amount of dollars: give a number such as 12.50."
        raise ArgumentTypeError(msg)
    return amount


@dataclass(frozen=True)
class _Wanted:
    """Who writes, about which videos, and from which seed."""

    entries: Sequence[Entry]
    seed: int | None
    only: Only = None


def _recipe(name: str) -> Recipe:
    """Of a file, or of a round of this installation."""
    if not name.isascii() or not name.isdecimal():
        try:
            return read_recipe(Path(name).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            msg = f"{name} is neither a round's number nor a file to read: {error}."
            raise CommandError(msg) from None
    return recipe_of(known_round(name))


def _study(key: str) -> Study:
    study = Study.objects.filter(key=key).first()
    if study is None:
        msg = f"No study has the key {key}."
        raise CommandError(msg)
    return study


def _picture(progress: RoundProgress) -> Group:
    """A line a model, and one for all."""
    table = Table("Model", "Written", "Flagged", "Failed", "Per minute", "Time left")
    for model in (*progress.models, progress.overall):
        left = model.time_left
        table.add_row(
            model.title,
            f"{model.done}/{model.total}",
            str(model.flagged),
            str(model.failed),
            f"{model.per_minute:.1f}",
            "none" if not model.left else duration_in_words(left) if left else "–",
        )
    return Group(table, ProgressBar(total=100, completed=progress.overall.percent))
