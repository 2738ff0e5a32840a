"""The figure of two studies side by side: differences by source, with intervals."""

import math
from typing import TYPE_CHECKING

from analysis.figures.charts import drawn
from analysis.figures.picture import FORMATS, Picture
from analysis.figures.style import (
    ACCENT,
    INK,
    ROW_HEIGHT,
    SOFT,
    WIDTHS,
    Paper,
    Row,
    finished,
    worded,
)
from analysis.reporting.naming import known
from analysis.reporting.two_studies import StudyComparison
from pages.phrases import phrase as _

if TYPE_CHECKING:
    from analysis.figures.style import AnyChart

NAME = "comparison"
WORDS = _(
    "Judged-as-Human of every source in the first study minus that in the second, with "
    "95 % confidence intervals: as is, and after human comments of the same study are "
    "subtracted."
)
_AS_IS, _AGAINST = "as is", "minus human comments"


def draw_comparison(found: StudyComparison) -> dict[str, bytes]:
    """Every file of the figure, by its name; none where there is nothing to draw."""
    made = {}
    for width, paper in WIDTHS.items():
        chart = comparison_chart(found, paper)
        if chart is None:
            continue
        whole = finished(chart, paper, str(WORDS))
        for style in FORMATS:
            made[Picture(NAME, style, width).file] = drawn(whole, style)
    return made


def comparison_chart(found: StudyComparison, paper: Paper) -> "AnyChart | None":
    """Differences of Judged-as-Human, in the order of the first study's rates."""
    import altair as alt

    pairs = sorted(
        (pair for pair in found.pairs if not math.isnan(pair.rate.diff)),
        key=lambda pair: (-pair.first_pct, pair.title),
    )
    rows: list[Row] = []
    for pair in pairs:
        kinds = [(_AS_IS, pair.rate)]
        if not pair.is_human:
            kinds.append((_AGAINST, pair.against_people))
        rows += [
            {
                "source": pair.title,
                "kind": kind,
                "diff": gap.diff,
                "lo": known(gap.lo),
                "hi": known(gap.hi),
            }
            for kind, gap in kinds
            if not math.isnan(gap.diff)
        ]
    if not rows:
        return None
    kinds_shown = [_AS_IS, _AGAINST]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("source:N", sort=[pair.title for pair in pairs], title=None),
        yOffset=alt.YOffset("kind:N", sort=kinds_shown),
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=kinds_shown, range=[INK, ACCENT]),
            title=None,
        ),
    )
    title = worded(
        paper,
        "Difference of Judged-as-Human, points (95 % CI):",
        f"{found.studies[0]} − {found.studies[1]}",
    )
    whiskers = base.mark_rule(strokeWidth=1.2).encode(
        x=alt.X("lo:Q", title=title), x2="hi:Q"
    )
    points = base.mark_point(filled=True, size=26, opacity=1).encode(
        x="diff:Q",
        shape=alt.Shape(
            "kind:N",
            scale=alt.Scale(domain=kinds_shown, range=["square", "circle"]),
            title=None,
        ),
    )
    zero = (
        alt.Chart(alt.InlineData(values=[{"zero": 0}]))
        .mark_rule(color=SOFT, strokeDash=[4, 3], strokeWidth=0.9)
        .encode(x="zero:Q")
    )
    chart: AnyChart = (zero + whiskers + points).properties(
        height=1.3 * ROW_HEIGHT * len(pairs)
    )
    return chart
