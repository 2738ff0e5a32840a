"""`python -m analysis bundle judgments.csv -o bundle.zip`."""

import argparse
import json
from pathlib import Path

from analysis.command_line.options import (
    add_report_options,
    asked_care,
    asked_judgments,
)
from analysis.errors import AnalysisError
from analysis.export.bundle import write_bundle
from analysis.metrics.sources import tally
from analysis.reporting.chapters import chapters
from analysis.reporting.computing import report
from analysis.reporting.results import About
from analysis.reporting.storing import from_plain


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = argparse.ArgumentParser(
        prog="python -m analysis bundle",
        description="Write a zip from which every number of a report can be "
        "recomputed: judgments, report, tables, figures and the command to run.",
    )
    made.add_argument("judgments", help="the long table, a .csv file")
    made.add_argument("-o", "--output", type=Path, required=True, metavar="ZIP")
    made.add_argument(
        "--about",
        type=Path,
        metavar="JSON",
        help="study, protocol_version, excluded annotators and stop_rule, to be stated",
    )
    add_report_options(made)
    return made


def run(options: argparse.Namespace) -> str:
    """Write the bundle; nothing is left to print."""
    table = Path(options.judgments)
    if table.suffix.lower() != ".csv":
        raise AnalysisError(f"{table}: a bundle holds the table as CSV")
    about = _about(options.about)
    data, everyone = asked_judgments(options)
    made = report(
        data,
        everyone=everyone,
        levels=options.levels,
        replicates=options.replicates,
        seed=options.seed,
        study=about.study,
        protocol_version=about.protocol_version,
        excluded=about.excluded,
        withdrawn=about.withdrawn,
        titles=about.titles,
        stop_rule=about.stop_rule,
        registration=about.registration,
        variants=about.variants,
        care=asked_care(options),
    )
    beside = chapters(data, tally(data), {})
    try:
        write_bundle(
            options.output,
            long_table=table,
            excluded_table=options.excluded and Path(options.excluded),
            report=made,
            chapters=beside,
            instrument=data.instrument,
        )
    except OSError as error:
        raise AnalysisError(f"{options.output}: cannot be written: {error}") from error
    return ""


def _about(path: Path | None) -> About:
    """What the file says of the study."""
    if path is None:
        return About()
    try:
        return from_plain(About, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise AnalysisError(f"{path}: cannot be read: {error}") from error
    except AnalysisError as error:
        raise AnalysisError(
            f'{path}: expected {{"study": text, "protocol_version": text, "excluded": '
            '[{"annotator": text, "reason": text, "judgments": number}], "stop_rule": '
            f'{{"half_width": number, "set_at": text}}}}: {error}'
        ) from error
