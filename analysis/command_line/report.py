"""`python -m analysis judgments.csv`: the report of a file."""

import argparse

from analysis.command_line.options import (
    add_report_options,
    asked_care,
    asked_judgments,
)
from analysis.reporting.computing import report
from analysis.reporting.paper_table import EVERY_FORMAT


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = argparse.ArgumentParser(
        prog="python -m analysis",
        description="Compute the report of a blind comment test from its judgments.",
        epilog="See also `python -m analysis bundle --help` for a zip from which "
        "every number can be recomputed, and `python -m analysis plan --help` for the "
        "size of a study.",
    )
    made.add_argument("judgments", help="the long table, a .csv or .parquet file")
    add_report_options(made)
    made.add_argument(
        "--format",
        choices=list(EVERY_FORMAT),
        default="md",
        help="how to print it (default: %(default)s)",
    )
    return made


def run(options: argparse.Namespace) -> str:
    """The report as text."""
    data, everyone = asked_judgments(options)
    made = report(
        data,
        everyone=everyone,
        levels=options.levels,
        replicates=options.replicates,
        seed=options.seed,
        care=asked_care(options),
    )
    return EVERY_FORMAT[options.format](made)
