"""One line of the records format: what is read, what is refused and why."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.record_parsing import MAX_COUNT, MAX_DEPTH, parse_record
from corpus.records import (
    CommentRecord,
    InvalidRecordError,
    LineErrorCode,
    VideoRecord,
    record_line,
)

MINIMAL: dict[str, object] = {"platform": "youtube", "external_id": "-x1"}


def line(**fields: object) -> bytes:
    return json.dumps(MINIMAL | fields).encode()


def refusal(content: bytes) -> InvalidRecordError:
    with pytest.raises(InvalidRecordError) as caught:
        parse_record(content)
    return caught.value


def test_a_full_record_is_read() -> None:
    record = parse_record(
        line(
            video_path="videos/a.mp4",
            title="A",
            tags=["x", "y"],
            like_count=3,
            share_count=None,
            published_on="2024-11-23",
            duration_s=7,
            language=None,
            dislike_count=1,
            comments=[
                {
                    "text": "hi",
                    "like_count": 2,
                    "reply_count": 1,
                    "published_on": "2024-11-24",
                    "pinned": True,
                }
            ],
        )
    )

    assert record == VideoRecord(
        platform="youtube",
        external_id="-x1",
        video_path="videos/a.mp4",
        title="A",
        tags=("x", "y"),
        like_count=3,
        published_on=date(2024, 11, 23),
        duration_s=7.0,
        comments=(CommentRecord("hi", 2, 1, date(2024, 11, 24), {"pinned": True}),),
        extra={"dislike_count": 1},
    )


def test_a_platform_is_known_by_its_name_in_any_case() -> None:
    assert parse_record(line(platform=" YouTube ")).platform == "youtube"


def test_a_file_may_stand_for_a_missing_id() -> None:
    record = parse_record(b'{"platform": "tiktok", "video_path": "a.mp4"}')

    assert (record.external_id, record.video_path) == ("", "a.mp4")


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert parse_record(line(like_count=12.0)).like_count == 12


def test_a_point_in_time_gives_its_day() -> None:
    record = parse_record(line(published_on="2024-11-23T22:10:00Z"))

    assert record.published_on == date(2024, 11, 23)


@pytest.mark.parametrize(
    ("content", "code", "field_name"),
    [
        (b"\xff\xfe{}", LineErrorCode.NOT_UTF8, ""),
        (b"not json", LineErrorCode.NOT_JSON, ""),
        (b'{"platform": "x"', LineErrorCode.NOT_JSON, ""),
        (b'{"platform": "a\nb"}', LineErrorCode.NOT_JSON, ""),
        (b"[]", LineErrorCode.WRONG_TYPE, ""),
        (b"null", LineErrorCode.WRONG_TYPE, ""),
        (b'{"external_id": "1"}', LineErrorCode.MISSING, "platform"),
        (b'{"platform": "x"}', LineErrorCode.MISSING, "external_id"),
        (b'{"platform": 4, "external_id": "1"}', LineErrorCode.WRONG_TYPE, "platform"),
        (line(external_id=5), LineErrorCode.WRONG_TYPE, "external_id"),
        (line(title=["a"]), LineErrorCode.WRONG_TYPE, "title"),
        (line(tags="a,b"), LineErrorCode.WRONG_TYPE, "tags"),
        (line(tags=["a", None]), LineErrorCode.WRONG_TYPE, "tags[1]"),
        (line(topic="t" * 201), LineErrorCode.TOO_LONG, "topic"),
        (line(external_id="t" * 201), LineErrorCode.TOO_LONG, "external_id"),
        (line(like_count=-1), LineErrorCode.OUT_OF_RANGE, "like_count"),
        (line(like_count=MAX_COUNT + 1), LineErrorCode.OUT_OF_RANGE, "like_count"),
        (line(like_count=1e300), LineErrorCode.OUT_OF_RANGE, "like_count"),
        (line(like_count=1.5), LineErrorCode.WRONG_TYPE, "like_count"),
        (line(like_count="7"), LineErrorCode.WRONG_TYPE, "like_count"),
        (line(like_count=True), LineErrorCode.WRONG_TYPE, "like_count"),
        (line(view_count=float("nan")), LineErrorCode.NOT_JSON, ""),
        (line(view_count=float("-inf")), LineErrorCode.NOT_JSON, ""),
        (line()[:-1] + b', "n": 1e999}', LineErrorCode.NOT_JSON, ""),
        (line()[:-1] + b', "n": ' + b"9" * 5000 + b"}", LineErrorCode.NOT_JSON, ""),
        (line(duration_s=-1), LineErrorCode.OUT_OF_RANGE, "duration_s"),
        (line(duration_s="3:05"), LineErrorCode.WRONG_TYPE, "duration_s"),
        (line(published_on="last week"), LineErrorCode.WRONG_TYPE, "published_on"),
        (line(published_on=20241123), LineErrorCode.WRONG_TYPE, "published_on"),
        (line(comments={"text": "a"}), LineErrorCode.WRONG_TYPE, "comments"),
        (line(comments=["a"]), LineErrorCode.WRONG_TYPE, "comments[0]"),
        (line(comments=[{}]), LineErrorCode.MISSING, "comments[0].text"),
        (
            line(comments=[{"text": "a"}, {"text": None}]),
            LineErrorCode.WRONG_TYPE,
            "comments[1].text",
        ),
        (
            line(comments=[{"text": "a" * 20_001}]),
            LineErrorCode.TOO_LONG,
            "comments[0].text",
        ),
        (
            line(comments=[{"text": "a", "like_count": -3}]),
            LineErrorCode.OUT_OF_RANGE,
            "comments[0].like_count",
        ),
        (
            line(comments=[{"text": "nul \x00"}]),
            LineErrorCode.UNSTORABLE_TEXT,
            "comments[0].text",
        ),
        (line(title="half \ud83d"), LineErrorCode.UNSTORABLE_TEXT, "title"),
        (line(mood={"a": ["\x00"]}), LineErrorCode.UNSTORABLE_TEXT, "mood.a[0]"),
        (line(**{"a\x00": 1}), LineErrorCode.UNSTORABLE_TEXT, "a field's name"),
        (line(video_path="/etc/passwd"), LineErrorCode.UNSAFE_PATH, "video_path"),
        (line(video_path="../../a.mp4"), LineErrorCode.UNSAFE_PATH, "video_path"),
        (line(video_path="a/../../b.mp4"), LineErrorCode.UNSAFE_PATH, "video_path"),
        (line(video_path="C:\\a.mp4"), LineErrorCode.UNSAFE_PATH, "video_path"),
        (line(video_path="..\\a.mp4"), LineErrorCode.UNSAFE_PATH, "video_path"),
        (b'{"a":' * 100_000, LineErrorCode.TOO_DEEP, ""),
    ],
)
def test_a_bad_line_is_refused_with_its_field_and_reason(
    content: bytes, code: LineErrorCode, field_name: str
) -> None:
    error = refusal(content)

    assert (error.code, error.field_name) == (code, field_name)
    assert error.reason


def test_unknown_fields_may_nest_but_not_without_end() -> None:
    nested: object = 1
    for _ in range(MAX_DEPTH):
        nested = [nested]

    assert refusal(line(extra=nested)).code is LineErrorCode.TOO_DEEP
    assert parse_record(line(extra=[[{"a": [1]}]])).extra == {"extra": [[{"a": [1]}]]}


_storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
_counts = st.none() | st.integers(0, MAX_COUNT)
_days = st.none() | st.dates()
_names = st.from_regex(r"x_[a-z]{1,8}", fullmatch=True)
_extras = st.dictionaries(
    _names,
    st.recursive(
        st.none() | st.booleans() | st.integers() | _storable | st.just(0.5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(_storable, inner, max_size=3)
        ),
        max_leaves=5,
    ),
    max_size=3,
)
_records = st.builds(
    VideoRecord,
    platform=st.sampled_from(["youtube", "tiktok", "b站"]),
    external_id=_storable.map(lambda text: text[:200].strip()).filter(bool),
    video_path=st.sampled_from(["", "videos/a.mp4", "-clip-.webm"]),
    title=_storable,
    description=_storable,
    tags=st.lists(_storable, max_size=3).map(tuple),
    topic=_storable.map(lambda text: text[:200]),
    category=_storable.map(lambda text: text[:200]),
    language=_storable.map(lambda text: text[:40]),
    published_on=_days,
    duration_s=st.none() | st.floats(0, 1e9),
    view_count=_counts,
    like_count=_counts,
    favorite_count=_counts,
    share_count=_counts,
    comment_count=_counts,
    comments=st.lists(
        st.builds(CommentRecord, _storable, _counts, _counts, _days, _extras),
        max_size=3,
    ).map(tuple),
    extra=_extras,
)


@given(_records)
def test_what_is_written_is_read_back_the_same(record: VideoRecord) -> None:
    written = record_line(record).encode()

    assert written.count(b"\n") == 1
    assert parse_record(written) == record


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
_known = st.sampled_from(
    ("platform", "external_id", "video_path", "tags", "like_count", "comments", "else")
)


@given(st.binary() | st.dictionaries(_known, _json).map(lambda v: line(**v)))
def test_any_line_gives_a_record_or_a_reason(content: bytes) -> None:
    try:
        record = parse_record(content)
    except InvalidRecordError:
        return

    assert parse_record(record_line(record).encode()) == record
