"""Drawing a number of videos from those that the rules left."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from corpus.drawing import Draw
from corpus.selection import SelectionRules, select_videos
from tests.corpus.test_selection import KEEP_ALL, candidate

SIZES = {"Music": 60, "Sports": 30, "Pets": 9, "": 1}
VIDEOS = [
    candidate(number, category=category)
    for number, category in enumerate(
        name for name, count in SIZES.items() for _ in range(count)
    )
]


def drawn(draw: Draw, size: int, seed: int = 0) -> list[int]:
    rules = SelectionRules(
        top_shares={}, other_top_share=1.0, size=size, draw=draw, seed=seed
    )
    return [*select_videos(VIDEOS, rules).video_ids]


def categories(draw: Draw, size: int) -> dict[str, int]:
    return dict(Counter(VIDEOS[one].category for one in drawn(draw, size)))


def test_the_most_engaging_are_taken_first() -> None:
    assert drawn(Draw.ENGAGING, 3) == [99, 98, 97]


def test_in_proportion_each_category_has_its_share_by_largest_remainder() -> None:
    assert categories(Draw.PROPORTIONAL, 10) == {"Music": 6, "Sports": 3, "Pets": 1}
    # 4.8, 2.4, 0.72 and 0.08 of 8.
    assert categories(Draw.PROPORTIONAL, 8) == {"Music": 5, "Sports": 2, "Pets": 1}


def test_balanced_takes_as_many_of_each_while_there_are_any() -> None:
    assert categories(Draw.BALANCED, 7) == {"Music": 2, "Sports": 2, "Pets": 2, "": 1}
    fifty = {"Music": 20, "Sports": 20, "Pets": 9, "": 1}
    assert categories(Draw.BALANCED, 50) == fifty


def test_the_seed_says_which_categories_come_first_where_not_all_can() -> None:
    first = {
        VIDEOS[one].category
        for seed in range(40)
        for one in drawn(Draw.BALANCED, 1, seed=seed)
    }

    assert first == {*SIZES}


def test_a_seed_draws_the_same_in_any_order_of_import_and_others_something_else() -> (
    None
):
    rules = SelectionRules(
        top_shares={}, other_top_share=1.0, size=20, draw=Draw.RANDOM, seed=7
    )
    first = select_videos(VIDEOS, rules).video_ids

    assert select_videos(VIDEOS[::-1], rules).video_ids == first
    assert drawn(Draw.RANDOM, 20, seed=8) != [*first]
    # Not by engagement, and yet in its order.
    assert [*first] == sorted(first, reverse=True) != drawn(Draw.ENGAGING, 20)


@given(
    st.sampled_from([*Draw]),
    st.integers(min_value=1, max_value=120),
    st.integers(min_value=0, max_value=1000),
)
def test_every_draw_takes_exactly_so_many_and_none_twice(
    draw: Draw, size: int, seed: int
) -> None:
    taken = drawn(draw, size, seed)

    assert len(taken) == len(set(taken)) == min(size, len(VIDEOS))


def test_every_video_is_drawn_about_as_often_as_any_other() -> None:
    counts = Counter(one for seed in range(400) for one in drawn(Draw.RANDOM, 20, seed))

    # 80 times each, give or take four standard deviations (8).
    assert all(48 <= counts[one] <= 112 for one in range(100))


def test_without_a_number_all_are_kept() -> None:
    assert len(select_videos(VIDEOS, KEEP_ALL).video_ids) == 100
