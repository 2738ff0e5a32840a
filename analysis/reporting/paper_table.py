"""The table of a paper: Judged-as-Human, Score@k and mean score of every source.

In groups, with intervals, the best model bold and the second underlined, beside what
the papers print.
"""

import csv
import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.reporting.groups import Group, group_of, published_of
from analysis.reporting.rendering import FORMATS, latex_text, spreadsheet_safe
from analysis.reporting.results import Results, SourceResult
from analysis.reporting.tables import number_text
from pages.phrases import phrase as _

BEST, SECOND = "best", "second"
_MISSING = "–"


@dataclass(frozen=True)
class Estimate:
    """A figure of the table.

    Attributes:
        value: NaN where undefined.
        lo, hi: Its 95 % interval; NaN where there is none.
        decimals: How many are printed.
        mark: `BEST` or `SECOND` among the models; empty for others.
    """

    value: float
    lo: float
    hi: float
    decimals: int
    mark: str = ""

    @property
    def text(self) -> str:
        """The value as it is printed."""
        if math.isnan(self.value):
            return _MISSING
        return number_text(self.value, self.decimals)

    @property
    def interval(self) -> str:
        """Its interval as it is printed."""
        if math.isnan(self.lo) or math.isnan(self.hi):
            return _MISSING
        bounds = (number_text(one, self.decimals) for one in (self.lo, self.hi))
        return "–".join(bounds)


@dataclass(frozen=True)
class PaperRow:
    """A source in the table; `figures` are its rate, every Score@k, and its mean."""

    source: SourceResult
    title: str
    group: Group
    figures: tuple[Estimate, ...]
    printed: tuple[Estimate, ...]

    @property
    def rate(self) -> Estimate:
        """Judged-as-Human."""
        return self.figures[0]

    @property
    def shares(self) -> tuple[Estimate, ...]:
        """Score@k: shares of scores of at least k."""
        return self.figures[1:-1]

    @property
    def mean(self) -> Estimate:
        """The mean realism score."""
        return self.figures[-1]


def paper_rows(report: Results) -> list[PaperRow]:
    """Every source, group by group, in declared order within a group."""
    rows = [_row(report, source) for source in report.found.sources]
    models = [row for row in rows if row.group is not Group.PEOPLE]
    marks = [
        _marks(column) for column in zip(*(m.figures for m in models), strict=True)
    ]
    marked = {
        row.source.name: replace(
            row,
            figures=tuple(
                replace(figure, mark=by_text.get(figure.text, ""))
                for figure, by_text in zip(row.figures, marks, strict=True)
            ),
        )
        for row in models
    }
    order = list(Group)
    rows.sort(key=lambda row: order.index(row.group))
    return [marked.get(row.source.name, row) for row in rows]


def _row(report: Results, source: SourceResult) -> PaperRow:
    nan = math.nan
    figures = source.figures
    printed = published_of(source)
    rate, mean = (nan, nan)
    if printed is not None:
        rate = printed.judged_human_pct
        mean = nan if printed.mean_score is None else printed.mean_score
    return PaperRow(
        source=source,
        title=report.title(source.name),
        group=group_of(source),
        figures=(
            Estimate(source.judged_human_pct, source.rate.lo, source.rate.hi, 1),
            *(Estimate(one.ge_pct, nan, nan, 1) for one in source.score_shares[1:]),
            Estimate(figures.mean_score, source.mean.lo, source.mean.hi, 2),
        ),
        printed=(Estimate(rate, nan, nan, 2), Estimate(mean, nan, nan, 2)),
    )


def _marks(column: Iterable[Estimate]) -> dict[str, str]:
    """The marks of the two highest figures, by how they are printed: ties share one."""
    known = {one.text: one.value for one in column if not math.isnan(one.value)}
    highest = sorted(known, key=lambda text: -known[text])
    return dict(zip(highest, (BEST, SECOND), strict=False))


def _thresholds(report: Results) -> tuple[int, ...]:
    return report.found.scores[1:]


def _has_printed(rows: Sequence[PaperRow]) -> bool:
    return any(not math.isnan(one.value) for row in rows for one in row.printed)


def _grouped(rows: Sequence[PaperRow]) -> list[tuple[Group, list[PaperRow]]]:
    groups = ((group, [row for row in rows if row.group is group]) for group in Group)
    return [(group, inside) for group, inside in groups if inside]


def paper_markdown(report: Results) -> str:
    """In GitHub's Markdown: bold for the best, underlined for the second."""
    rows = paper_rows(report)
    heads = [
        _("Model"),
        _("Judged-as-Human, % (95 % CI)"),
        *(_("Score@≥%(k)s, %%", k=k) for k in _thresholds(report)),
        _("Mean score (95 % CI)"),
    ]
    if _has_printed(rows):
        heads += [_("Published: Judged-as-Human, %"), _("Published: mean score")]
    lines = [_pipes(heads), _pipes(["---", *["---:"] * (len(heads) - 1)])]
    for group, inside in _grouped(rows):
        lines.append(_pipes([f"*{group.value}*", *[""] * (len(heads) - 1)]))
        lines += [_pipes(_markdown_cells(row)[: len(heads)]) for row in inside]
    return "\n".join(lines) + "\n"


def _pipes(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _markdown_cells(row: PaperRow) -> list[str]:
    return [
        row.title.replace("|", "\\|").replace("\n", " "),
        f"{_markdown(row.rate)} ({row.rate.interval})",
        *map(_markdown, row.shares),
        f"{_markdown(row.mean)} ({row.mean.interval})",
        *(one.text for one in row.printed),
    ]


def _markdown(figure: Estimate) -> str:
    around = {BEST: "**{}**", SECOND: "<u>{}</u>"}.get(figure.mark, "{}")
    return around.format(figure.text)


def paper_latex(report: Results) -> str:
    """One floating table with booktabs, its numbers aligned by siunitx."""
    rows = paper_rows(report)
    thresholds = _thresholds(report)
    shares = len(thresholds)
    has_printed = _has_printed(rows)
    columns = "l S[table-format=3.1] l " + "S[table-format=3.1] " * shares
    columns += "S[table-format=1.2] l"
    heads = [
        "",
        r"\multicolumn{2}{c}{Judged-as-Human}",
        rf"\multicolumn{{{shares}}}{{c}}{{Score@$\ge k$, \%}}",
        r"\multicolumn{2}{c}{Mean score}",
    ]
    last = 5 + shares
    rules = rf"\cmidrule(lr){{2-3}} \cmidrule(lr){{4-{3 + shares}}}"
    rules += rf" \cmidrule(lr){{{4 + shares}-{last}}}"
    below = ["Model", r"{\%}", r"95\,\% CI", *(f"{{{k}}}" for k in thresholds)]
    below += ["{mean}", r"95\,\% CI"]
    if has_printed:
        columns += " S[table-format=3.2] S[table-format=1.2]"
        heads.append(r"\multicolumn{2}{c}{Published}")
        rules += rf" \cmidrule(lr){{{last + 1}-{last + 2}}}"
        below += [r"{\%}", "{mean}"]
    body = []
    for group, inside in _grouped(rows):
        heading = rf"\multicolumn{{{len(below)}}}{{l}}{{\emph{{{group.value}}}}} \\"
        body += ["\\midrule", heading]
        body += [_ampersands(_latex_cells(row)[: len(below)]) for row in inside]
    caption = (
        r"Blind comment test. Judged-as-Human and mean realism score with 95\,\% "
        r"confidence intervals, clustered by annotator and by video; Score@$\ge k$ is "
        r"the share of scores of at least $k$. Best model bold, second underlined."
    )
    return "\n".join(
        [
            r"% needs \usepackage{booktabs} and \usepackage{siunitx}",
            r"\begin{table*}",
            r"\centering",
            r"\sisetup{detect-weight=true, mode=text}",
            rf"\caption{{{caption}}}",
            r"\label{tab:blind-comment-test}",
            rf"\begin{{tabular}}{{{columns}}}",
            r"\toprule",
            _ampersands(heads),
            rules,
            _ampersands(below),
            *body,
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table*}",
            "",
        ]
    )


def _ampersands(cells: Iterable[str]) -> str:
    return " & ".join(cells) + r" \\"


def _latex_cells(row: PaperRow) -> list[str]:
    return [
        latex_text(row.title),
        _latex(row.rate),
        latex_text(row.rate.interval),
        *map(_latex, row.shares),
        _latex(row.mean),
        latex_text(row.mean.interval),
        *map(_latex, row.printed),
    ]


def _latex(figure: Estimate) -> str:
    """A number for siunitx; what is none stands in braces."""
    if math.isnan(figure.value):
        return "{--}"
    number = f"{figure.value:z.{figure.decimals}f}"
    around = {BEST: r"\bfseries {}", SECOND: r"{{\underline{{{}}}}}"}
    return around.get(figure.mark, "{}").format(number)


def paper_csv(report: Results) -> str:
    """One line a source, with full digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        [
            *("group", "model", "source", "judged_human_pct"),
            *("judged_human_ci_lo_pct", "judged_human_ci_hi_pct"),
            *(f"score_ge_{k}_pct" for k in _thresholds(report)),
            *("mean_score", "mean_score_ci_lo", "mean_score_ci_hi"),
            *("published_judged_human_pct", "published_mean_score"),
        ]
    )
    for row in paper_rows(report):
        rate, mean = row.rate, row.mean
        figures = [
            *(rate.value, rate.lo, rate.hi),
            *(one.value for one in row.shares),
            *(mean.value, mean.lo, mean.hi),
            *(one.value for one in row.printed),
        ]
        names = (row.group.value, row.title, row.source.name)
        writer.writerow(
            [
                *map(spreadsheet_safe, names),
                *("" if math.isnan(figure) else figure for figure in figures),
            ]
        )
    return text.getvalue()


# By the end of the file's name.
PAPER_FORMATS: Mapping[str, Callable[[Results], str]] = {
    "tex": paper_latex,
    "md": paper_markdown,
    "csv": paper_csv,
}
# Of the whole report, and of this table.
EVERY_FORMAT: Mapping[str, Callable[[Results], str]] = {
    **FORMATS,
    **{f"paper-{suffix}": made for suffix, made in PAPER_FORMATS.items()},
}
