"""The popularity item: the most liked comment beside those near ranks 10, 50, 100."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from corpus.records import CommentRecord, VideoRecord
from tasks.popularity import (
    NoChoice,
    PopularityChoice,
    popularity_choice,
    ranked_comments,
    spread_ranks,
)
from tests.tasks.records import record


def _choice(video: VideoRecord) -> PopularityChoice | NoChoice:
    return popularity_choice(ranked_comments(video))


def test_with_a_hundred_comments_the_ranks_are_the_papers() -> None:
    choice = _choice(record("music", "drum", comment_count=120))

    assert isinstance(choice, PopularityChoice)
    assert choice.top == "drum comment 0"
    assert choice.others == ("drum comment 9", "drum comment 49", "drum comment 99")
    assert choice.note == ""


def test_with_fewer_the_ranks_are_spread_and_the_item_says_so() -> None:
    choice = _choice(record("music", "drum", comment_count=20))

    assert isinstance(choice, PopularityChoice)
    assert choice.others == ("drum comment 1", "drum comment 9", "drum comment 19")
    assert choice.note == "ranks 2, 10, 20 of 20 comments"


def test_likes_decide_and_not_the_order_of_the_file() -> None:
    video = record("music", "drum", comment_count=8)
    turned = replace(video, comments=video.comments[::-1])

    assert _choice(turned) == _choice(video)


def test_a_tie_at_the_top_is_no_question() -> None:
    video = record("music", "drum", comment_count=4)
    likes = [CommentRecord(comment.text, 7) for comment in video.comments]

    assert _choice(replace(video, comments=tuple(likes))) is NoChoice.TIED


def test_three_comments_or_unknown_likes_are_too_few() -> None:
    video = record("music", "drum", comment_count=30)
    unknown = tuple(CommentRecord(comment.text) for comment in video.comments)

    too_few = NoChoice.TOO_FEW_COMMENTS
    assert _choice(record("music", "drum", comment_count=3)) is too_few
    assert _choice(replace(video, comments=unknown)) is too_few


def test_repeats_and_unusable_comments_take_no_rank() -> None:
    video = record("music", "drum", comment_count=5)
    noise = (CommentRecord("...", 5000), CommentRecord("DRUM comment 0 ", 4000))

    choice = _choice(replace(video, comments=video.comments + noise[:1]))
    doubled = _choice(replace(video, comments=noise + video.comments))

    assert isinstance(choice, PopularityChoice)
    assert isinstance(doubled, PopularityChoice)
    assert choice.top == "drum comment 0"
    # The repeat came first and is the one that stays.
    assert doubled.top == "DRUM comment 0"


@given(st.integers(4, 400))
def test_ranks_rise_from_the_second_and_stay_within_what_there_is(count: int) -> None:
    ranks = spread_ranks(count)

    assert 2 <= ranks[0] < ranks[1] < ranks[2] <= count
