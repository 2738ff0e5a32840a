"""`python -m analysis reproduction FIRST SECOND`: how far results are reproduced."""

import argparse
from pathlib import Path

from analysis.command_line.options import instrument
from analysis.errors import AnalysisError
from analysis.judgments.reading import read_judgments
from analysis.reporting.computing import report
from analysis.reporting.published_table import (
    against_table,
    paper_table,
    read_table,
)
from analysis.reporting.reproduction import Reproduction
from analysis.reporting.reproduction_tables import FORMATS
from analysis.reporting.two_studies import compare_studies, source_pairs
from annotation.instrument import PAPER

_PAPER = "paper"


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = argparse.ArgumentParser(
        prog="python -m analysis reproduction",
        description="Say how far the results of a study are reproduced by another, or "
        "by a published table: CV*, correlations, agreement, findings upheld.",
    )
    made.add_argument("first", help="the long table of a study, .csv or .parquet")
    made.add_argument("second", nargs="?", help="that of another study")
    made.add_argument(
        "--published",
        metavar="CSV",
        help="a table with the columns source, judged_human_pct and mean_score in "
        "place of another study; 'paper' for what the MIMIC-Bench papers print",
    )
    made.add_argument("--pairs", metavar="A=B,C=D", help="as for compare")
    made.add_argument("--instrument", type=instrument, default=PAPER, metavar="KEY")
    made.add_argument("--format", choices=[*FORMATS], default="md")
    return made


def run(options: argparse.Namespace) -> str:
    """The reproduction as text."""
    if (options.second is None) == (options.published is None):
        raise AnalysisError("give either a second study or --published")
    found = _of_studies(options) if options.published is None else _of_table(options)
    return FORMATS[options.format](found)


def _of_studies(options: argparse.Namespace) -> Reproduction:
    one, other = (
        read_judgments(path, instrument=options.instrument)
        for path in (options.first, options.second)
    )
    pairs = None if options.pairs is None else source_pairs(options.pairs)
    studies = (Path(options.first).stem, Path(options.second).stem)
    return compare_studies(one, other, pairs=pairs, studies=studies).reproduction


def _of_table(options: argparse.Namespace) -> Reproduction:
    data = read_judgments(options.first, instrument=options.instrument)
    made = report(data, levels=("definitions",), study=Path(options.first).stem)
    lowest = options.instrument.scale.lowest
    return against_table(
        made, read_table(_text(options.published)), lowest=lowest
    ).reproduction


def _text(published: str) -> str:
    if published == _PAPER:
        return paper_table()
    try:
        return Path(published).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise AnalysisError(f"{published}: cannot be read: {error}") from error
