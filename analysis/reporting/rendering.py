"""A report as JSON, CSV, Markdown, HTML or LaTeX. The same report, the same bytes."""

import csv
import io
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from html import escape

from analysis.reporting.headline import headline
from analysis.reporting.naming import known, named_figures, reason_of
from analysis.reporting.registration import registration_lines
from analysis.reporting.results import Results
from analysis.reporting.stopping import stop_rule_sentence
from analysis.reporting.tables import Table, shown
from analysis.reporting.tabulating import tables_of
from analysis.version import DISTRIBUTION
from pages.phrases import ngettext
from pages.phrases import phrase as _

_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "|": r"\textbar{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "–": "--",
        "−": "$-$",
        "≥": r"$\ge$",
        "±": r"$\pm$",
        "′": "$'$",
        "α": r"$\alpha$",
        "κ": r"$\kappa$",
        "“": "``",
        "”": "''",
    }
)


_FITS_A_PAGE = 8  # columns, beyond which a table is scaled to the width of the text
_PACKAGES = "% needs \\usepackage{booktabs,graphicx}"


def as_json(report: Results) -> str:
    """Everything: `metrics`, `tables`, why figures are null, and the provenance."""
    figures = named_figures(report)
    content = {
        "headline": headline(report),
        "metrics": {name: known(value) for name, value in figures.items()},
        "reasons": {
            name: why for name, value in figures.items() if (why := reason_of(value))
        },
        "tables": {table.key: table.records() for table in tables_of(report)},
        "provenance": asdict(report.provenance),
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def as_csv(report: Results) -> str:
    """One line a figure: its name, its value, and why it has none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["metric", "value", "reason"])
    for name, value in named_figures(report).items():
        cell = "" if math.isnan(value) else repr(value)
        writer.writerow([spreadsheet_safe(name), cell, reason_of(value)])
    return text.getvalue()


def spreadsheet_safe(text: str) -> str:
    """Keep a spreadsheet from reading a cell as a formula (the reader undoes it)."""
    return f"'{text}" if text.startswith(tuple("=+-@\t\r")) else text


def csv_table(table: Table) -> str:
    """The full figures of a table, one record a line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.key for column in table.columns])
    for record in table.records():
        writer.writerow(
            spreadsheet_safe(cell) if isinstance(cell, str) else cell
            for cell in record.values()
        )
    return text.getvalue()


def as_markdown(report: Results) -> str:
    """Headline, tables and provenance in GitHub's Markdown."""
    parts = [f"# {_title(report)}", headline(report)]
    for table in tables_of(report):
        parts += [f"## {table.title}", *_optional(table.note), markdown_table(table)]
        parts += [f"–: {'; '.join(table.reasons())}."] if table.reasons() else []
    parts += ["## Provenance"]
    parts += ["\n".join(f"- {name}: {text}" for name, text in provenance_lines(report))]
    return "\n\n".join(parts) + "\n"


def _optional(text: str) -> list[str]:
    return [text] if text else []


def _title(report: Results) -> str:
    study = report.provenance.study
    return f"Blind comment test: {study}" if study else "Blind comment test"


def markdown_table(table: Table) -> str:
    """The rows between pipes."""

    def line(cells: list[str]) -> str:
        inside = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
        return f"| {' | '.join(inside)} |"

    head = [column.heading for column in table.columns]
    rule = ["---:" if is_number else "---" for is_number in table.holds_numbers]
    return "\n".join([line(head), line(rule), *(line(row) for row in _texts(table))])


def _texts(table: Table) -> list[list[str]]:
    return [
        [shown(cell, column) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]


def provenance_lines(report: Results) -> list[tuple[str, str]]:
    """How the report was computed, as label and text."""
    source = report.provenance
    libraries = ", ".join(f"{name} {v}" for name, v in source.libraries.items())
    lines: list[tuple[str, str]] = [
        (_("Data fingerprint (SHA-256)"), source.fingerprint),
        (_("Software"), f"{DISTRIBUTION} {source.software} ({libraries})"),
        (_("Seed"), str(source.seed)),
        (_("Bootstrap replicates"), str(source.replicates)),
        (_("Levels"), ", ".join(source.levels)),
        (_("Excluded annotators"), str(len(source.excluded))),
    ]
    if source.protocol_version:
        lines.insert(0, (_("Protocol version"), source.protocol_version))
    if sentence := stop_rule_sentence(report):
        lines.append((_("Stop rule"), sentence))
    lines += registration_lines(report)
    lines += [
        (
            _("Excluded %(annotator)s", annotator=one.annotator),
            ngettext(
                "%(reason)s (%(number)s judgment)",
                "%(reason)s (%(number)s judgments)",
                one.judgments,
                reason=one.reason,
            ),
        )
        for one in source.excluded
    ]
    lines += [
        (
            _("Withdrawn: %(name)s", name=one.name),
            _("%(reason)s (its judgments count)", reason=one.reason)
            if one.counts
            else ngettext(
                "%(reason)s (%(number)s judgment doesn't count)",
                "%(reason)s (%(number)s judgments don't count)",
                one.judgments,
                reason=one.reason,
            ),
        )
        for one in source.withdrawn
    ]
    return lines


def as_html(report: Results) -> str:
    """Headline, tables and provenance as one fragment without style."""
    parts = [f"<h1>{escape(_title(report))}</h1>", f"<p>{escape(headline(report))}</p>"]
    for table in tables_of(report):
        parts.append(f"<h2>{escape(table.title)}</h2>")
        parts += [f"<p>{escape(note)}</p>" for note in _optional(table.note)]
        parts.append(html_table(table))
        if table.reasons():
            parts.append(f"<p>–: {escape('; '.join(table.reasons()))}.</p>")
    parts.append("<h2>Provenance</h2>")
    items = (
        f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>"
        for name, text in provenance_lines(report)
    )
    parts.append(f"<dl>{''.join(items)}</dl>")
    return "\n".join(parts) + "\n"


def html_table(table: Table) -> str:
    """A table with header cells for columns and rows."""

    def cells(texts: list[str]) -> str:
        first, *others = (escape(text) for text in texts)
        body = "".join(f"<td>{text}</td>" for text in others)
        return f'<tr><th scope="row">{first}</th>{body}</tr>'

    heads = "".join(
        f'<th scope="col">{escape(column.heading)}</th>' for column in table.columns
    )
    body = "\n".join(cells(texts) for texts in _texts(table))
    return (
        f"<table><caption>{escape(table.title)}</caption>\n"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    )


def as_latex(report: Results) -> str:
    """The tables with booktabs, ready to be input by a paper."""
    parts = [f"% {_title(report)}", _PACKAGES]
    parts += [f"% {name}: {text}" for name, text in provenance_lines(report)]
    parts += [latex_table(table) for table in tables_of(report)]
    return "\n".join(parts) + "\n"


def latex_text(text: str) -> str:
    """The text with everything escaped that LaTeX would read as a command."""
    return text.translate(_LATEX)


def latex_table(table: Table) -> str:
    """One floating table."""

    def line(cells: list[str]) -> str:
        return " & ".join(map(latex_text, cells)) + r" \\"

    width = "".join("r" if is_number else "l" for is_number in table.holds_numbers)
    is_wide = len(table.columns) > _FITS_A_PAGE
    return "\n".join(
        [
            "\\begin{table}",
            "\\centering",
            f"\\caption{{{latex_text(table.title)}}}",
            f"\\label{{tab:{table.key}}}",
            *(["\\resizebox{\\textwidth}{!}{%"] if is_wide else []),
            f"\\begin{{tabular}}{{{width}}}",
            "\\toprule",
            line([column.heading for column in table.columns]),
            "\\midrule",
            *(line(row) for row in _texts(table)),
            "\\bottomrule",
            "\\end{tabular}" + ("}" if is_wide else ""),
            "\\end{table}",
        ]
    )


FORMATS: Mapping[str, Callable[[Results], str]] = {
    "json": as_json,
    "csv": as_csv,
    "md": as_markdown,
    "html": as_html,
    "latex": as_latex,
}
