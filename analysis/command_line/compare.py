"""`python -m analysis compare FIRST SECOND`: two studies side by side."""

import argparse
from pathlib import Path

from analysis.command_line.options import instrument
from analysis.errors import AnalysisError
from analysis.figures.comparison_chart import draw_comparison
from analysis.judgments.reading import read_judgments
from analysis.reporting.two_studies import FORMATS, compare_studies, source_pairs
from annotation.instrument import PAPER


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = argparse.ArgumentParser(
        prog="python -m analysis compare",
        description="Compare the sources of two studies: the first study minus the "
        "second, with intervals, paired by the videos that both share.",
    )
    made.add_argument("first", help="the long table of a study, .csv or .parquet")
    made.add_argument("second", help="that of another study")
    made.add_argument(
        "--pairs",
        metavar="A=B,C=D",
        help="which source of the first to compare with which of the second "
        "(default: those of the same name)",
    )
    made.add_argument("--instrument", type=instrument, default=PAPER, metavar="KEY")
    made.add_argument("--figures", type=Path, metavar="FOLDER", help="draw it here")
    made.add_argument("--format", choices=[*FORMATS], default="md")
    return made


def run(options: argparse.Namespace) -> str:
    """The comparison as text."""
    one, other = (
        read_judgments(path, instrument=options.instrument)
        for path in (options.first, options.second)
    )
    found = compare_studies(
        one,
        other,
        pairs=None if options.pairs is None else source_pairs(options.pairs),
        studies=(Path(options.first).stem, Path(options.second).stem),
    )
    if options.figures is not None:
        try:
            options.figures.mkdir(parents=True, exist_ok=True)
            for name, content in draw_comparison(found).items():
                (options.figures / name).write_bytes(content)
        except OSError as error:
            raise AnalysisError(
                f"{options.figures}: cannot be written: {error}"
            ) from error
    return FORMATS[options.format](found)
