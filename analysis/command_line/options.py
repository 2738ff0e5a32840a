"""Options that the commands of `python -m analysis` share."""

import argparse
import json
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.export.source_list import sources_in
from analysis.judgments.arrays import Judgments
from analysis.judgments.reading import read_judgments
from analysis.planning.rates import sources_of
from analysis.planning.simulation import SimulatedSource
from analysis.reporting.care import AnnotatorCare, read_care
from analysis.reporting.computing import DEFAULT_LEVELS, DEFAULT_REPLICATES
from annotation.instrument import (
    INSTRUMENTS,
    PAPER,
    Instrument,
    instrument_from_json,
)


def add_report_options(parser: argparse.ArgumentParser) -> None:
    """--sources, --excluded, --levels, --replicates, --seed."""
    parser.add_argument(
        "--excluded",
        metavar="FILE",
        help="judgments of excluded annotators, to show the results with them as well",
    )
    parser.add_argument(
        "--care",
        type=Path,
        metavar="FILE",
        help="attention checks and planned repeats by annotator, as in a bundle",
    )
    parser.add_argument(
        "--instrument",
        type=instrument,
        default=PAPER,
        metavar="KEY|FILE",
        help="how annotators could answer, if not Human or AI and 0 to 5: "
        f"{', '.join(INSTRUMENTS)}, or a JSON file",
    )
    parser.add_argument(
        "--sources",
        type=sources_in,
        default=(),
        metavar="A,B",
        help="all sources of the study, as some may have no rows in the file; put a "
        "name that contains a comma in double quotes",
    )
    parser.add_argument(
        "--levels",
        type=names,
        default=DEFAULT_LEVELS,
        metavar="LEVEL,LEVEL",
        help="definitions, inference, models (default: the first two)",
    )
    parser.add_argument(
        "--replicates",
        type=count,
        default=DEFAULT_REPLICATES,
        metavar="N",
        help="bootstrap replicates; 0 for none (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=count,
        default=0,
        metavar="N",
        help="random seed (default: %(default)s)",
    )


def asked_judgments(
    options: argparse.Namespace,
) -> tuple[Judgments, Judgments | None]:
    """The judgments, and with those of the annotators left out if a file has them."""
    data = read_judgments(
        options.judgments,
        declared_sources=options.sources,
        instrument=options.instrument,
    )
    if options.excluded is None:
        return data, None
    everyone = read_judgments(
        options.judgments,
        also=options.excluded,
        declared_sources=options.sources,
        instrument=options.instrument,
    )
    return data, everyone


def asked_care(options: argparse.Namespace) -> tuple[AnnotatorCare, ...]:
    """The attention checks and repeats, if a file has them."""
    return read_care(options.care) if options.care is not None else ()


def instrument(text: str) -> Instrument:
    """An instrument that a study can choose, or one from a JSON file."""
    if text in INSTRUMENTS:
        return INSTRUMENTS[text]
    try:
        return instrument_from_json(json.loads(Path(text).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        msg = f"{text!r} is neither an instrument nor a JSON file of one: {error}"
        raise argparse.ArgumentTypeError(msg) from error


def names(text: str) -> tuple[str, ...]:
    """Names between commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def count(text: str) -> int:
    """A whole number from 0."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


def positive(text: str) -> int:
    """A whole number from 1."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def rates(text: str) -> tuple[SimulatedSource, ...]:
    """Sources and rates, such as "human=87,strong=40"."""
    try:
        return sources_of(text)
    except AnalysisError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
