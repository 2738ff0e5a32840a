"""`python -m analysis judge JUDGMENTS GUESSES`: estimates with a judge, from files."""

import argparse

import numpy as np

from analysis.command_line.options import count, instrument
from analysis.errors import AnalysisError
from analysis.export.source_list import sources_in
from analysis.judge.estimating import REPLICATES, powered_study
from analysis.judge.gates import ALL, FAIR_CHOICES, RANDOM, Facts
from analysis.judge.guess_files import Guess, read_guesses
from analysis.judge.material import material_of
from analysis.judge.tables import FORMATS
from analysis.judgments.reading import read_judgments
from annotation.instrument import PAPER


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = argparse.ArgumentParser(
        prog="python -m analysis judge",
        description="Judged-as-Human by people, and under it by people and a judge, "
        "from the long table and a file of the judge's guesses of all comments.",
    )
    made.add_argument("judgments", help="the long table of a study, .csv or .parquet")
    made.add_argument(
        "guesses",
        help="CSV with the columns video, comment, source, guess, judge and version, "
        "as the page of the judge gives it; every comment of every video",
    )
    made.add_argument(
        "--choice",
        choices=[*FAIR_CHOICES[:2], "by hand"],
        help="how the judged videos were chosen (default: at random)",
    )
    made.add_argument(
        "--not-cross-fitted",
        action="store_true",
        help="the judge learned from these judgments and guesses what it learned",
    )
    made.add_argument("--sources", type=sources_in, default=(), metavar="A,B")
    made.add_argument("--instrument", type=instrument, default=PAPER, metavar="KEY")
    made.add_argument("--replicates", type=count, default=REPLICATES, metavar="N")
    made.add_argument("--seed", type=count, default=0, metavar="N")
    made.add_argument("--format", choices=[*FORMATS], default="md")
    return made


def run(options: argparse.Namespace) -> str:
    """The estimates as text."""
    judgments = read_judgments(
        options.judgments,
        declared_sources=options.sources,
        instrument=options.instrument,
    )
    guesses = read_guesses(options.guesses)
    _check(guesses, options.guesses)
    material = material_of(
        judgments, {one.comment: (one.video, one.source, "") for one in guesses}
    )
    chance = {one.comment: one.chance for one in guesses}
    found = powered_study(
        material,
        np.array([chance[label] for label in material.comments]),
        Facts(
            choice=options.choice or (ALL if material.is_judged.all() else RANDOM),
            versions=tuple(sorted({one.version for one in guesses})),
            is_cross_fitted=not options.not_cross_fitted,
        ),
        judge=", ".join(sorted({one.judge for one in guesses})),
        replicates=options.replicates,
        seed=options.seed,
    )
    return FORMATS[options.format](found)


def _check(guesses: list[Guess], path: str) -> None:
    if any(not (one.video and one.source and one.version) for one in guesses):
        raise AnalysisError(
            f"{path}: every line needs a video, a source and a judge's version"
        )
