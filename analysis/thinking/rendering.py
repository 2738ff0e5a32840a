"""Results as JSON, CSV, Markdown or LaTeX. The same results, the same bytes."""

import csv
import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass

from analysis.reporting.rendering import latex_table, markdown_table, spreadsheet_safe
from analysis.reporting.tables import Table
from analysis.thinking.results import Results
from analysis.thinking.tabulating import intervals, tables_of
from analysis.version import software_name

_PACKAGES = "% needs \\usepackage{booktabs,graphicx}"


def as_json(results: Results) -> str:
    """Every figure, and the tables for people; null for what is undefined."""
    return json_of(results, tables_of(results))


def json_of(results: object, tables: Sequence[Table]) -> str:
    """Any results with their tables."""
    content = {
        "results": _plain(results),
        "tables": {table.key: table.records() for table in tables},
        "software": software_name(),
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def as_csv(results: Results) -> str:
    """Every accuracy with its interval, one a line."""
    return csv_of(intervals(results))


def csv_of(table: Table) -> str:
    """The rows with full digits; blank for what is undefined."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.key for column in table.columns)
    for record in table.records():
        writer.writerow(
            spreadsheet_safe(cell) if isinstance(cell, str) else cell
            for cell in record.values()
        )
    return text.getvalue()


def as_markdown(results: Results) -> str:
    """Tables and provenance in GitHub's Markdown."""
    return markdown_of(_title(results), _facts(results), tables_of(results))


def markdown_of(title: str, facts: str, tables: Sequence[Table]) -> str:
    """Any tables under a title."""
    parts = [f"# {title}", facts]
    for table in tables:
        parts += [f"## {table.title}", table.note, markdown_table(table)]
        parts += [f"–: {'; '.join(table.reasons())}."] if table.reasons() else []
    return "\n\n".join(parts) + "\n"


def as_latex(results: Results) -> str:
    """The tables with booktabs, ready to be input by a paper."""
    return latex_of(_title(results), _facts(results), tables_of(results))


def latex_of(title: str, facts: str, tables: Sequence[Table]) -> str:
    """Any tables under a title."""
    parts = [f"% {title}", f"% {facts}", _PACKAGES]
    parts += [latex_table(table) for table in tables]
    return "\n".join(parts) + "\n"


def _title(results: Results) -> str:
    return f"Thinking tasks: {results.build.name}"


def _facts(results: Results) -> str:
    items = ", ".join(f"{task} {count}" for task, count in results.items.items())
    return (
        f"{sum(results.items.values())} items of {results.videos} videos ({items}); "
        f"rules {results.build.rules_version}, SHA-256 {results.build.sha256}; "
        f"{software_name()}."
    )


FORMATS: Mapping[str, Callable[[Results], str]] = {
    "json": as_json,
    "csv": as_csv,
    "md": as_markdown,
    "latex": as_latex,
}
