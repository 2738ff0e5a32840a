"""`python -m analysis plan`: expected half-widths and power of a design."""

import argparse
import json
import math
from collections.abc import Callable
from dataclasses import asdict

from analysis.command_line.options import count, positive, rates
from analysis.errors import AnalysisError
from analysis.planning.plan import Plan, plan
from analysis.planning.plan_tables import plan_tables
from analysis.planning.search import VARIED, Question, search
from analysis.planning.simulation import Design
from analysis.reporting.rendering import markdown_table


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = argparse.ArgumentParser(
        prog="python -m analysis plan",
        description="Simulate the design of a study: how wide its intervals will be "
        "and how likely it is to detect a difference, or how large it must be.",
    )
    made.add_argument("--annotators", type=positive, default=50)
    made.add_argument("--videos", type=positive, default=1000)
    made.add_argument("--redundancy", type=positive, default=3, help="per video")
    made.add_argument(
        "--rates",
        type=rates,
        default=rates("human=87,middling=40,weak=10"),
        metavar="NAME=PERCENT,...",
        help="expected Judged-as-Human; 'human' has 5 comments a video, others 1 "
        "(default: human=87,middling=40,weak=10)",
    )
    for name, text in (
        ("annotator", "annotators' leanings"),
        ("source", "their leanings by source"),
        ("video", "videos"),
        ("comment", "comments"),
    ):
        made.add_argument(
            f"--{name}-sd",
            type=_spread,
            default=getattr(Design, f"{name}_sd"),
            metavar="X",
            help=f"standard deviation of {text}, in log-odds (default: %(default)s)",
        )
    made.add_argument("--simulations", type=positive, default=200)
    made.add_argument("--seed", type=count, default=0)
    made.add_argument(
        "--want",
        type=_spread,
        metavar="POINTS",
        help="find the size at which every half-width is at most this",
    )
    made.add_argument(
        "--vary",
        choices=VARIED,
        default="videos",
        help="what --want may change (default: %(default)s)",
    )
    made.add_argument("--format", choices=["md", "json"], default="md")
    return made


def _spread(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0")
    return number


def run(options: argparse.Namespace) -> str:
    """The outlook as text.

    Raises:
        AnalysisError: The design is impossible, or no size will do.
    """
    design = Design(
        options.annotators,
        options.videos,
        options.redundancy,
        options.rates,
        annotator_sd=options.annotator_sd,
        source_sd=options.source_sd,
        video_sd=options.video_sd,
        comment_sd=options.comment_sd,
    )
    if options.want is None:
        made = plan(design, simulations=options.simulations, seed=options.seed)
    else:
        made = _large_enough(Question(design, options.want, options.vary), options)
    return _STYLES[options.format](made)


def _large_enough(question: Question, options: argparse.Namespace) -> Plan:
    found = search(question, simulations=options.simulations, seed=options.seed).plan
    if found is None:
        other = "annotators" if question.vary == "videos" else "videos"
        raise AnalysisError(
            f"no number of {question.vary} brings every half-width to "
            f"{question.half_width:g} points: it needs more {other}"
        )
    return found


def as_markdown(made: Plan) -> str:
    """Two tables and what they assume."""
    design = made.design
    opening = (
        f"{design.annotators} annotators, {design.videos} videos, each judged by "
        f"{design.redundancy}; {made.simulations} simulations, seed {made.seed}."
    )
    tables = (markdown_table(table) for table in plan_tables(made))
    return "\n\n".join([opening, *tables]) + "\n"


def as_json(made: Plan) -> str:
    """The plan as an object; undefined half-widths are null."""
    content = asdict(made)
    content["sources"], content["pairs"] = (t.records() for t in plan_tables(made))
    return json.dumps(content, indent=1, allow_nan=False) + "\n"


_STYLES: dict[str, Callable[[Plan], str]] = {"md": as_markdown, "json": as_json}
