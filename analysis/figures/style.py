"""What every figure for a paper has in common: colours, sizes, small parts."""

from collections.abc import Sequence
from math import ceil, floor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

INK, ACCENT, SOFT = "#1a1d21", "#1f5fae", "#8a929b"
SHADES = ["#e8ebee", "#ccd4dc", "#a6b4c4", "#7892b3", "#4a74a8", "#1c4f92"]
WIDTH = 420
ROW_HEIGHT = 18

Row = dict[str, Any]


def shades(count: int) -> list[str]:
    """So many shades from faint to full, evenly apart; six are those of `SHADES`."""
    steps = [place * (len(SHADES) - 1) / max(count - 1, 1) for place in range(count)]
    return [_mixed(SHADES[floor(step)], SHADES[ceil(step)], step % 1) for step in steps]


def _mixed(one: str, other: str, share: float) -> str:
    parts = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in parts).hex()


def pair_scale(values: Sequence[str]) -> "alt.Scale":
    """Of human and of AI comments."""
    import altair as alt

    return alt.Scale(domain=["human", "AI"], range=list(values))
