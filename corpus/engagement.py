"""How much a video moved its viewers, in one number (MIMIC-Bench, appendix D.1)."""

from dataclasses import astuple, dataclass
from math import isfinite, log1p


@dataclass(frozen=True, slots=True)
class EngagementWeights:
    """The weight of each count's logarithm; the defaults are the paper's."""

    like: float = 1.0
    favorite: float = 0.8
    share: float = 0.5
    comment: float = 1.2

    def __post_init__(self) -> None:
        if not all(isfinite(weight) and weight >= 0 for weight in astuple(self)):
            msg = "Engagement weights are numbers of 0 or more."
            raise ValueError(msg)


PAPER_WEIGHTS = EngagementWeights()


def engagement(
    *,
    like_count: int | None,
    favorite_count: int | None,
    share_count: int | None,
    comment_count: int | None,
    weights: EngagementWeights = PAPER_WEIGHTS,
) -> float:
    """Weighted sum of ln(1 + count); a count that the platform lacks adds nothing.

    The paper writes log(count); zero counts occur, so 1 is added.

    Raises:
        ValueError: A count is negative.
    """
    return (
        weights.like * log1p(like_count or 0)
        + weights.favorite * log1p(favorite_count or 0)
        + weights.share * log1p(share_count or 0)
        + weights.comment * log1p(comment_count or 0)
    )
