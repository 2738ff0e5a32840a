"""What every figure for a paper has in common: colours, sizes, small parts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

INK, ACCENT, SOFT = "#1a1d21", "#1f5fae", "#8a929b"
SHADES = ["#e8ebee", "#ccd4dc", "#a6b4c4", "#7892b3", "#4a74a8", "#1c4f92"]
WIDTH = 420
ROW_HEIGHT = 18

Row = dict[str, Any]


def pair_scale(values: Sequence[str]) -> "alt.Scale":
    """Of what people and what models wrote."""
    import altair as alt

    return alt.Scale(domain=["people", "model"], range=list(values))
