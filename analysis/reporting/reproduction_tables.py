"""A reproduction for people: tables and files."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass

from analysis.reporting.naming import known
from analysis.reporting.rendering import (
    csv_table,
    html_table,
    latex_table,
    markdown_table,
)
from analysis.reporting.reproduction import Measured, Reproduction
from analysis.reporting.tables import Cell, Column, Table, with_decimals
from pages.phrases import phrase as _


def reproduction_table(found: Reproduction) -> Table:
    """One row a figure, over all compared sources and over AI sources alone."""
    columns = (
        Column("figure", _("Figure")),
        Column("all", _("All compared sources"), 3),
        Column("ai", _("AI sources alone"), 3),
    )
    rows = tuple(
        (words, with_decimals(all_, decimals), with_decimals(ai, decimals))
        for words, decimals, all_, ai in _figures(found)
    )
    note = _(
        "CV* is the coefficient of variation for small samples: 0 where both have the "
        "same figure. Correlations are over the sources' figures. A finding says which "
        "of two sources is judged human more often, or that they don't differ "
        "significantly (p < 0.05 after Holm's correction); it is upheld if both have "
        "the same. With a published table, it is upheld if both have the two sources "
        "in the same order."
    )
    title = _("How far the results are reproduced")
    return Table("reproduction", title, note, columns, rows)


def sources_table(found: Reproduction) -> Table:
    """One row a source: both results, and how far apart they are."""
    columns = (
        Column("source", _("Source")),
        Column("first_pct", _("Judged-as-Human, %: first")),
        Column("second_pct", _("second")),
        Column("rate_cv", _("CV*, %")),
        Column("first_mean", _("Mean score: first"), 2),
        Column("second_mean", _("second"), 2),
        Column("score_cv", _("CV*, %")),
    )
    rows = tuple(
        (one.title, *_cells(one.rate), *_cells(one.score)) for one in found.sources
    )
    title = _("How far each source's results are reproduced")
    return Table("reproduction_sources", title, "", columns, rows)


def _cells(one: Measured) -> tuple[Cell, ...]:
    return (one.first, one.second, one.cv)


def _figures(found: Reproduction) -> Iterator[tuple[str, int, float, float]]:
    """Every figure for people: what it is, decimals, over all, over AI sources."""
    both = (found.all, found.ai)
    yield _("Sources compared"), 0, found.all.sources, found.ai.sources
    for words, name in (
        (_("Judged-as-Human"), "rate"),
        (_("Mean score"), "score"),
    ):
        all_, ai = (getattr(one, name) for one in both)
        yield _("%(figure)s: CV*, mean, %%", figure=words), 1, all_.cv, ai.cv
        yield _("%(figure)s: Pearson's r", figure=words), 3, all_.pearson, ai.pearson
        rho = _("%(figure)s: Spearman's ρ", figure=words)
        yield rho, 3, all_.spearman, ai.spearman
        yield _("%(figure)s: Kendall's τ", figure=words), 3, all_.kendall, ai.kendall
    for words, decimals, name in (
        (_("Comments that both judged"), 0, "comments"),
        (_("Krippendorff's α, majority verdicts of comments"), 3, "alpha_verdict"),
        (_("Krippendorff's α, mean scores of comments"), 3, "alpha_score"),
    ):
        yield words, decimals, getattr(found.all, name), getattr(found.ai, name)
    for words, decimals, name in (
        (_("Findings: pairs of sources"), 0, "pairs"),
        (_("Findings upheld"), 0, "upheld"),
        (_("Findings upheld, %"), 1, "upheld_pct"),
        (_("Significant differences in the first"), 0, "significant"),
        (_("of these, significant alike in the second"), 0, "confirmed"),
        (_("of these, significantly reversed in the second"), 0, "reversed"),
    ):
        over = (getattr(one.findings, name) for one in both)
        yield words, decimals, *over


def plain(value: object) -> object:
    """As JSON holds it, with null for what is undefined."""
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    return known(value) if isinstance(value, float) else value


def as_json(found: object) -> str:
    """Everything, with null for what is undefined."""
    text = json.dumps(plain(found), ensure_ascii=False, allow_nan=False, indent=1)
    return text + "\n"


def _both(join: str, made: Callable[[Table], str]) -> Callable[[Reproduction], str]:
    return lambda found: (
        join.join(
            made(table) for table in (reproduction_table(found), sources_table(found))
        )
        + "\n"
    )


def _titled(table: Table) -> str:
    parts = [f"# {table.title}", table.note, markdown_table(table)]
    return "\n\n".join(filter(None, parts))


FORMATS: Mapping[str, Callable[[Reproduction], str]] = {
    "csv": lambda found: csv_table(reproduction_table(found)),
    "md": _both("\n\n", _titled),
    "html": _both("\n", html_table),
    "latex": _both("\n\n", latex_table),
    "json": as_json,
}
