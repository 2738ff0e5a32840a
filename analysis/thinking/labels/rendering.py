"""Results of one set of MMLA as JSON, CSV, Markdown or LaTeX."""

from collections.abc import Callable, Mapping

from analysis.reporting.tables import Table
from analysis.thinking.labels.results import LabelResults
from analysis.thinking.labels.tabulating import label_tables
from analysis.thinking.rendering import csv_of, json_of, latex_of, markdown_of
from analysis.version import software_name


def label_json(results: LabelResults) -> str:
    """Every figure, and the tables for people; null for what is undefined."""
    return json_of(results, label_tables(results))


def label_csv(results: LabelResults) -> str:
    """The first table: accuracy and F1."""
    return csv_of(_first(results))


def label_markdown(results: LabelResults) -> str:
    """Tables and provenance in GitHub's Markdown."""
    return markdown_of(_title(results), _facts(results), label_tables(results))


def label_latex(results: LabelResults) -> str:
    """The tables with booktabs, ready to be input by a paper."""
    return latex_of(_title(results), _facts(results), label_tables(results))


def _first(results: LabelResults) -> Table:
    return label_tables(results)[0]


def _title(results: LabelResults) -> str:
    return f"MMLA: {results.build.name}"


def _facts(results: LabelResults) -> str:
    return (
        f"{results.items} items of {results.clusters} dialogues, {results.build.set}, "
        f"{results.build.split}; SHA-256 {results.build.sha256}; {software_name()}."
    )


LABEL_FORMATS: Mapping[str, Callable[[LabelResults], str]] = {
    "json": label_json,
    "csv": label_csv,
    "md": label_markdown,
    "latex": label_latex,
}
