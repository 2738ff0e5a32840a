"""The popularity item: the most liked comment beside those near ranks 10, 50, 100."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from corpus.records import CommentRecord
from tasks.popularity import popularity_choice, spread_ranks
from tests.tasks.records import record


def test_with_a_hundred_comments_the_ranks_are_the_papers() -> None:
    choice = popularity_choice(record("music", "drum", comment_count=120))

    assert choice is not None
    assert choice.top == "drum comment 0"
    assert choice.others == ("drum comment 9", "drum comment 49", "drum comment 99")
    assert choice.note == ""


def test_with_fewer_the_ranks_are_spread_and_the_item_says_so() -> None:
    choice = popularity_choice(record("music", "drum", comment_count=20))

    assert choice is not None
    assert choice.others == ("drum comment 1", "drum comment 9", "drum comment 19")
    assert choice.note == "ranks 2, 10, 20 of 20 comments"


def test_likes_decide_and_not_the_order_of_the_file() -> None:
    video = record("music", "drum", comment_count=8)
    turned = replace(video, comments=video.comments[::-1])

    assert popularity_choice(turned) == popularity_choice(video)


def test_a_tie_at_the_top_is_no_question() -> None:
    video = record("music", "drum", comment_count=4)
    likes = [CommentRecord(comment.text, 7) for comment in video.comments]

    assert popularity_choice(replace(video, comments=tuple(likes))) is None


def test_three_comments_or_unknown_likes_are_too_few() -> None:
    video = record("music", "drum", comment_count=30)
    unknown = tuple(CommentRecord(comment.text) for comment in video.comments)

    assert popularity_choice(record("music", "drum", comment_count=3)) is None
    assert popularity_choice(replace(video, comments=unknown)) is None


def test_repeats_and_unusable_comments_take_no_rank() -> None:
    video = record("music", "drum", comment_count=5)
    noise = (CommentRecord("...", 5000), CommentRecord("DRUM comment 0 ", 4000))

    choice = popularity_choice(replace(video, comments=video.comments + noise[:1]))
    doubled = popularity_choice(replace(video, comments=noise + video.comments))

    assert choice is not None
    assert doubled is not None
    assert choice.top == "drum comment 0"
    # The repeat came first and is the one that stays.
    assert doubled.top == "DRUM comment 0"


@given(st.integers(4, 400))
def test_ranks_rise_from_the_second_and_stay_within_what_there_is(count: int) -> None:
    ranks = spread_ranks(count)

    assert 2 <= ranks[0] < ranks[1] < ranks[2] <= count
