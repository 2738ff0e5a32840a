"""`python -m analysis thinking BUNDLE --format md`."""

import argparse
from pathlib import Path

from analysis.thinking.bundle import read_bundle, unpacked
from analysis.thinking.computing import results_of
from analysis.thinking.labels.bundle import holds_labels, read_label_bundle
from analysis.thinking.labels.computing import label_results
from analysis.thinking.labels.rendering import LABEL_FORMATS
from analysis.thinking.rendering import FORMATS


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = argparse.ArgumentParser(
        prog="python -m analysis thinking",
        description="Compute every table of the answers to an item build again, from "
        "the items and the replies as received.",
    )
    made.add_argument("bundle", type=Path, help="the zip, or its unpacked folder")
    made.add_argument("--format", choices=[*FORMATS], default="md")
    return made


def run(options: argparse.Namespace) -> str:
    """The tables."""
    with unpacked(options.bundle) as folder:
        if holds_labels(folder):
            found = label_results(read_label_bundle(folder))
            return LABEL_FORMATS[options.format](found)
        return FORMATS[options.format](results_of(read_bundle(options.bundle)))
