"""The engagement score."""

import math

import pytest

from corpus.engagement import EngagementWeights, engagement


def test_is_the_weighted_sum_of_logarithms() -> None:
    score = engagement(like_count=99, favorite_count=9, share_count=4, comment_count=1)

    expected = math.log(100) + 0.8 * math.log(10) + 0.5 * math.log(5)
    assert score == pytest.approx(expected + 1.2 * math.log(2))


def test_a_count_that_the_platform_lacks_adds_nothing() -> None:
    lacking = engagement(
        like_count=None, favorite_count=None, share_count=None, comment_count=None
    )
    zero = engagement(like_count=0, favorite_count=0, share_count=0, comment_count=0)

    assert lacking == zero == 0.0


def test_weights_can_be_chosen() -> None:
    score = engagement(
        like_count=9,
        favorite_count=9,
        share_count=9,
        comment_count=9,
        weights=EngagementWeights(like=0, favorite=0, share=0, comment=2),
    )

    assert score == pytest.approx(2 * math.log(10))


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="domain"):
        engagement(like_count=-2, favorite_count=0, share_count=0, comment_count=0)
