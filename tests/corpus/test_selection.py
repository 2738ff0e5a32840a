"""The selection funnel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.selection import Candidate, Rule, SelectionRules, select_videos

KEEP_ALL = SelectionRules(top_shares={}, other_top_share=1.0)


def candidate(video_id: int, **fields: object) -> Candidate:
    defaults: dict[str, object] = {
        "platform": "youtube",
        "external_id": f"id-{video_id:04}",
        "category": "Music",
        "engagement": float(video_id),
        "missing_fields": frozenset(),
        "usable_comment_count": 5,
        "decodes": True,
        "duration_s": 20.0,
    }
    return Candidate(video_id, **defaults | fields)  # type: ignore[arg-type]


def dropped(rule: Rule, candidates: list[Candidate], rules: SelectionRules) -> int:
    funnel = select_videos(candidates, rules).funnel
    return next(outcome.dropped for outcome in funnel if outcome.rule is rule)


def test_the_top_share_is_taken_within_each_platform() -> None:
    videos = [candidate(number, platform="youtube") for number in range(100)]
    videos += [candidate(number, platform="tiktok") for number in range(1000, 1200)]

    selection = select_videos(videos, SelectionRules())

    assert selection.by_platform == {"youtube": 5, "tiktok": 4}
    assert selection.video_ids == (1199, 1198, 1197, 1196, 99, 98, 97, 96, 95)


def test_a_share_is_rounded_up_and_only_when_it_must_be() -> None:
    seven = SelectionRules(top_shares={"youtube": 0.07})
    hundred = [candidate(number) for number in range(100)]

    assert len(select_videos(hundred, seven).video_ids) == 7
    assert len(select_videos(hundred[:3], seven).video_ids) == 1


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (Rule.METADATA, {"missing_fields": frozenset({"topic"})}),
        (Rule.COMMENTS, {"usable_comment_count": 4}),
        (Rule.DECODES, {"decodes": False, "duration_s": None}),
        (Rule.DURATION, {"duration_s": 0.8}),
        (Rule.DURATION, {"duration_s": 301.0}),
        (Rule.DURATION, {"duration_s": None}),
    ],
)
def test_each_rule_drops_what_breaks_it(rule: Rule, fields: dict[str, object]) -> None:
    videos = [candidate(1), candidate(2, **fields)]

    selection = select_videos(videos, KEEP_ALL)

    assert selection.video_ids == (1,)
    assert dropped(rule, videos, KEEP_ALL) == 1


def test_bounds_are_inclusive() -> None:
    rules = SelectionRules(
        top_shares={"youtube": 1.0}, min_duration_s=2.0, max_duration_s=3.0
    )
    videos = [candidate(1, duration_s=2.0), candidate(2, duration_s=3.0)]

    assert len(select_videos(videos, rules).video_ids) == 2


def test_without_a_clip_required_metadata_alone_decides() -> None:
    rules = SelectionRules(top_shares={"youtube": 1.0}, require_clip=False)
    videos = [candidate(1, decodes=False, duration_s=None)]

    assert select_videos(videos, rules).video_ids == (1,)


def test_a_cap_keeps_the_most_engaging_of_each_category() -> None:
    rules = SelectionRules(top_shares={"youtube": 1.0}, category_cap=2)
    videos = [candidate(n, category="Music") for n in range(5)]
    videos += [candidate(n, category="Travel") for n in range(10, 11)]

    selection = select_videos(videos, rules)

    assert selection.video_ids == (10, 4, 3)
    assert selection.by_category == {"Music": 2, "Travel": 1}
    assert selection.funnel[-1].dropped_by_category == {"Music": 3}


def test_the_funnel_says_what_each_rule_dropped_by_platform() -> None:
    videos = [candidate(n, platform="tiktok", decodes=False) for n in range(3)]
    videos += [candidate(n) for n in range(3, 5)]

    outcome = select_videos(videos, KEEP_ALL).funnel[3]

    assert (outcome.rule, outcome.before, outcome.after) == (Rule.DECODES, 5, 2)
    assert outcome.dropped_by_platform == {"tiktok": 3}


def test_ties_do_not_depend_on_the_order_of_import() -> None:
    videos = [
        candidate(video_id, external_id=f"id-{99 - video_id}", engagement=1.0)
        for video_id in range(50)
    ]
    shuffled = [*videos[1::2], *reversed(videos[::2])]
    rules = SelectionRules(top_shares={"youtube": 0.2})

    assert select_videos(videos, rules) == select_videos(shuffled, rules)
    assert select_videos(videos, rules).video_ids[0] == 49


def test_no_videos_give_an_empty_funnel() -> None:
    selection = select_videos([], SelectionRules())

    assert selection.video_ids == ()
    assert all(outcome.before == 0 for outcome in selection.funnel)


@pytest.mark.parametrize(
    "settings",
    [
        {"top_shares": {"youtube": 1.5}},
        {"other_top_share": -0.1},
        {"required_fields": ("mood",)},
        {"min_duration_s": 9.0, "max_duration_s": 3.0},
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\."):
        SelectionRules(**settings)  # type: ignore[arg-type]


@given(
    st.lists(
        st.builds(
            candidate,
            st.integers(1, 10**6),
            platform=st.sampled_from(["youtube", "tiktok", "bilibili"]),
            category=st.sampled_from(["", "Music", "Travel"]),
            engagement=st.sampled_from([0.0, 1.0, 2.5]),
            usable_comment_count=st.integers(3, 7),
            decodes=st.booleans(),
        ),
        unique_by=lambda video: video.video_id,
        max_size=40,
    ),
    st.integers(1, 4),
)
def test_every_video_is_selected_or_dropped_by_one_rule(
    videos: list[Candidate], cap: int
) -> None:
    rules = SelectionRules(
        top_shares={"tiktok": 0.5}, other_top_share=0.9, category_cap=cap
    )

    selection = select_videos(videos, rules)

    dropped_count = sum(outcome.dropped for outcome in selection.funnel)
    assert len(selection.video_ids) + dropped_count == len(videos)
    assert len(set(selection.video_ids)) == len(selection.video_ids)
    for outcome in selection.funnel:
        assert sum(outcome.dropped_by_platform.values()) == outcome.dropped
        assert sum(outcome.dropped_by_category.values()) == outcome.dropped
