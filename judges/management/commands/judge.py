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
from analysis.pages.judge_facts import fact_lines
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
from generation.errors import GenerationError
from generation.installation import known_entry
from judges.errors import JudgeError
from judges.models import JudgeRun, RunMode, RunView
from judges.selectors.previews import Manner
from judges.selectors.runs import run_like, run_progress
from judges.services.encoding import fit_encoder, request_encoder
from judges.services.runs import fit_again, fit_waiting, start_run
from judges.tasks import wake_run_on_commit


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
        parser.add_argument(
            "--with",
            dest="entry",
            metavar="KEY",
            help="ask a model of the registry what annotators are asked (manage.py "
            "models lists keys); workers do it, and the same command prints the card "
            "once they are done",
        )
        parser.add_argument(
            "--encoder",
            metavar="NAME",
            help="fit a head on a frozen text encoder: a folder of checkpoints, or "
            "owner/name[@revision] of the hub; in this process, which needs torch",
        )
        parser.add_argument(
            "--view",
            choices=RunView.values,
            default=RunView.TEXT.value,
            help="what that model is shown: the comments alone, or frames as well",
        )
        parser.add_argument(
            "--answered-by",
            choices=RunMode.values,
            default=RunMode.SAID.value,
            help="a number that it says for each comment, or how likely it finds each "
            "verdict (local models)",
        )
        parser.add_argument(
            "--samples",
            type=int,
            default=1,
            metavar="N",
            help="how often it is asked about each batch, each time in another order",
        )
        parser.add_argument("--seed", type=int, help="default: a random one")
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
            judge = self._judge(chosen, options)
            if judge is None:
                return
            found = study_estimate(judge)
            if isinstance(export := options["export"], Path):
                export.write_text(written_guesses(guess_lines(judge)), "utf-8")
        except (AnalysisError, JudgeError, GenerationError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        style = str(options["format"])
        if style == "md":
            self.stdout.write(_about(judge))
            self.stdout.write(card_markdown(card_in(judge), source_titles(chosen)))
        self.stdout.write(FORMATS[style](found), ending="")

    def _judge(self, study: Study, options: dict[str, object]) -> StudyJudge | None:
        """The judge; None while workers still ask its model."""
        wanted = _wanted(options)
        _record(study, wanted, options)
        if options["encoder"]:
            judge, _must_fit = request_encoder(
                study=study, name=str(options["encoder"])
            )
            fit_encoder(judge_id=judge.pk)
            judge.refresh_from_db()
            return finished(judge)
        if not options["entry"]:
            return fitted_judge(study, wanted)
        run, is_new = asked_run(study, options)
        if run.is_over:
            return judge_of(run)
        progress = run_progress(run)
        began = f"{run.title}: asking about {progress.total} batches (seed {run.seed})."
        going = f"{run.title}: {progress.done} of {progress.total} batches answered."
        self.stdout.write(began if is_new else going)
        self.stdout.write("Run the same command again for the card once it is done.")
        return None


def asked_run(study: Study, options: dict[str, object]) -> tuple[JudgeRun, bool]:
    """The newest run of the same model in the same manner, or a new one; which."""
    seed = options["seed"]
    manner = Manner(
        view=RunView(str(options["view"])),
        mode=RunMode(str(options["answered_by"])),
        samples=int(str(options["samples"])),
        seed=seed if isinstance(seed, int) else None,
    )
    entry = known_entry(str(options["entry"]))
    if (run := run_like(study, entry, manner)) is not None:
        return run, False
    run = start_run(study=study, entry=entry, manner=manner)
    wake_run_on_commit(run)
    return run, True


def judge_of(run: JudgeRun) -> StudyJudge:
    """The judge of a run that is done, fitted to the judgments of now."""
    fit_again(run=run)
    fit_waiting(run=run)
    run.refresh_from_db()
    if run.judge is None:
        raise JudgeError(f"{run.title}: no answer could be read. Ask another model.")
    return finished(run.judge)


def fitted_judge(study: Study, wanted: Wanted) -> StudyJudge:
    """The judge, fitted now unless it is kept."""
    judge, must_compute = request_judge(study=study, wanted=wanted, again=True)
    if must_compute:
        compute_judge(stored_id=judge.pk)
        judge.refresh_from_db()
    return finished(judge)


def finished(judge: StudyJudge) -> StudyJudge:
    """The judge, if it was fitted.

    Raises:
        AnalysisError: Why it wasn't.
    """
    if judge.error:
        raise AnalysisError(judge.error)
    if not judge.is_done:
        raise AnalysisError("The judge is being fitted by another process. Try again.")
    return judge


def _wanted(options: dict[str, object]) -> Wanted:
    if options["entry"]:
        return Wanted(kind=JudgeKind.ASKED)
    if options["encoder"]:
        return Wanted(kind=JudgeKind.ENCODER)
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
        *(f"- {label}: {value}" for label, value in fact_lines(judge.provenance)),
        "",
    ]
    return "\n".join(lines)
