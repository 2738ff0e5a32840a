"""The stop rule of a study, set beforehand: how narrow every interval must be."""

from dataclasses import dataclass

WIDEST = 50.0  # points, half of what a rate can be


@dataclass(frozen=True)
class StopRule:
    """Every source's 95 % interval of Judged-as-Human within +-`half_width` points.

    Attributes:
        half_width: In points.
        set_at: When the researcher set it, ISO 8601, UTC.
    """

    half_width: float
    set_at: str
