"""manage.py judge STUDY: fit a judge, print its card and the estimates with it."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analysis.errors import AnalysisError
from analysis.judge.card_tables import card_markdown
from analysis.judge.guess_files import read_chances, read_guesses, written_guesses
from analysis.judge.tables import FORMATS
from analysis.management.commands.report import study_by_key
from analysis.models import ChoiceKind, JudgeKind, StudyJudge
from analysis.selectors.database import source_titles
from analysis.selectors.judges import guess_lines
from analysis.services.judges import (
    Wanted,
    card_in,
    compute_judge,
    record_choice,
    record_pupil,
    request_judge,
    study_estimate,
)
from annotation.models import Study
from corpus.models import Source


class Command(BaseCommand):
    help = (
        "Fit a judge on a study's judgments, cross-fitted by video, and print its card "
        "and Judged-as-Human by people and with the judge. Guesses are kept apart from "
        "judgments."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="the study's key")
        parser.add_argument(
            "--guesses",
            metavar="FILE",
            help="take another judge's guesses: CSV with the columns comment and guess "
            "(0 to 1); the fit calibrates them",
        )
        parser.add_argument(
            "--name", default="guesses from a file", help="of that judge"
        )
        parser.add_argument(
            "--not-cross-fitted",
            action="store_true",
            help="these guesses come from a judge that learned from the same judgments",
        )
        parser.add_argument("--format", choices=[*FORMATS], default="md")
        parser.add_argument("--export", type=Path, metavar="FILE", help="its guesses")
        parser.add_argument(
            "--choice",
            choices=ChoiceKind.values,
            help="record how the judged videos were chosen, if not by the platform",
        )
        parser.add_argument(
            "--chances",
            metavar="FILE",
            help="CSV with the columns video and chance (of being judged)",
        )
        parser.add_argument(
            "--pupil",
            action="append",
            default=[],
            metavar="SOURCE",
            help="record that this source was trained to please such a judge",
        )

    def handle(self, *_args: object, study: str, **options: object) -> None:
        chosen = study_by_key(study)
        try:
            wanted = _wanted(options)
            _record(chosen, wanted, options)
            judge = fitted_judge(chosen, wanted)
            found = study_estimate(judge)
            if isinstance(export := options["export"], Path):
                export.write_text(written_guesses(guess_lines(judge)), "utf-8")
        except (AnalysisError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        style = str(options["format"])
        if style == "md":
            self.stdout.write(_about(judge))
            self.stdout.write(card_markdown(card_in(judge), source_titles(chosen)))
        self.stdout.write(FORMATS[style](found), ending="")


def fitted_judge(study: Study, wanted: Wanted) -> StudyJudge:
    """The judge, fitted now unless it is kept."""
    judge, must_compute = request_judge(study=study, wanted=wanted, again=True)
    if must_compute:
        compute_judge(stored_id=judge.pk)
        judge.refresh_from_db()
    if judge.error:
        raise AnalysisError(judge.error)
    if not judge.is_done:
        raise AnalysisError("The judge is being fitted by another process. Try again.")
    return judge


def _wanted(options: dict[str, object]) -> Wanted:
    if not options["guesses"]:
        return Wanted()
    given = {one.comment: one.chance for one in read_guesses(str(options["guesses"]))}
    return Wanted(
        kind=JudgeKind.GIVEN,
        name=str(options["name"]),
        given=given,
        is_cross_fitted=not options["not_cross_fitted"],
    )


def _record(study: Study, wanted: Wanted, options: dict[str, object]) -> None:
    if options["choice"]:
        chances = read_chances(str(options["chances"])) if options["chances"] else {}
        record_choice(
            study=study, kind=ChoiceKind(str(options["choice"])), chances=chances
        )
    for key in options["pupil"] if isinstance(options["pupil"], list) else []:
        source = Source.objects.filter(key=key).first()
        if source is None:
            raise AnalysisError(f"No source has the key {key}.")
        record_pupil(study=study, source=source, kind=wanted.kind)


def _about(judge: StudyJudge) -> str:
    fitted = judge.fitted_at.isoformat(timespec="seconds") if judge.fitted_at else ""
    lines = [
        f"# Judge card: {judge.name}",
        "",
        f"- Version: {judge.version}",
        f"- Training judgments: {judge.training_hash}",
        f"- Fitted: {fitted}",
        f"- Annotators left out: {', '.join(judge.excluded_annotators) or 'none'}",
        f"- Videos left out: {', '.join(judge.excluded_videos) or 'none'}",
        "",
    ]
    return "\n".join(lines)
