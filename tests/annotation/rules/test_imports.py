"""Files of AI comments: what is read, what is refused, and in which words."""

import io
import json

import pytest

from annotation.rules.imports import (
    MAX_TEXT_LENGTH,
    CommentRow,
    RowError,
    RowErrorCode,
    UnreadableFileError,
    read_comments,
)
from annotation.rules.studies.video_references import VideoReference, video_reference


def read(content: str | bytes) -> list[CommentRow | RowError]:
    data = content.encode() if isinstance(content, str) else content
    return [*read_comments(io.BytesIO(data))]


def texts(content: str | bytes) -> list[str]:
    return [row.text for row in read(content) if isinstance(row, CommentRow)]


def errors(content: str | bytes) -> list[tuple[int, RowErrorCode]]:
    return [(row.line, row.code) for row in read(content) if isinstance(row, RowError)]


# --- CSV ----------------------------------------------------------------------------


def test_a_csv_row_names_video_source_and_text() -> None:
    (row,) = read("video,source,text\nyoutube:abc,gpt-4o,so cute\n")

    assert row == CommentRow(2, VideoReference("youtube", "abc"), "gpt-4o", "so cute")


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffvideo,source,text\nx:1,s,hi, you\n".replace("hi, you", '"hi, you"'),
        'video;source;text\nx:1;s;"hi, you"\n',
        "video;source;text\nx:1;s;hi, you\n",
        "video\tsource\ttext\nx:1\ts\thi, you\n",
        'VIDEO_ID, Source ,text\r\nx:1,s,"hi, you"\r\n',
        'text,extra,source,video\n"hi, you",9,s,x:1\n',
        'video,source,text\rx:1,s,"hi, you"\r',
        'video,source,text\n\n,,\nx:1,s,"hi, you"\n\n',
    ],
    ids=["mark", "semicolon", "unquoted", "tab", "head", "order", "old-mac", "empty"],
)
def test_spreadsheets_ways_of_writing_csv_are_read(content: str) -> None:
    assert texts(content) == ["hi, you"]
    assert errors(content) == []


def test_platform_and_id_may_stand_in_two_columns() -> None:
    (row,) = read("platform,external_id,source,text\nYouTube,-a:b,s,hi\n")

    assert isinstance(row, CommentRow)
    assert row.video == VideoReference("youtube", "-a:b")


def test_a_text_keeps_the_line_ends_and_quotes_inside_it() -> None:
    content = 'video,source,text\nx:1,s,"one\ntwo ""three"""\nx:2,s,four\n'

    assert texts(content) == ['one\ntwo "three"', "four"]
    assert [row.line for row in read(content)] == [2, 4]


def test_a_row_is_refused_alone_and_its_line_is_right() -> None:
    content = (
        "video,source,text\n"
        'x:1,s,"two\nlines"\n'
        "x:2,s\n"
        "x:3,,no source\n"
        "x:4,s,good\n"
        ",s,no video\n"
        "x:6,s,\n"
    )

    assert texts(content) == ["two\nlines", "good"]
    assert errors(content) == [
        (4, RowErrorCode.BAD_CSV),
        (5, RowErrorCode.MISSING),
        (7, RowErrorCode.MISSING),
        (8, RowErrorCode.MISSING),
    ]


def test_a_quotation_that_never_closes_is_named_where_it_opens() -> None:
    content = 'video,source,text\nx:1,s,good\nx:2,s,"open\nx:3,s,lost\n'

    *_, error = read(content)

    assert texts(content) == ["good"]
    assert isinstance(error, RowError)
    assert error.line == 3
    assert "never closes" in error.reason


def test_quotes_inside_quotes_must_be_doubled() -> None:
    content = 'video,source,text\nx:1,s,"he said "hi" twice"\nx:2,s,good\n'

    assert errors(content) == [(2, RowErrorCode.BAD_CSV)]
    assert texts(content) == ["good"]


def test_a_row_in_another_encoding_is_refused_alone() -> None:
    content = "video,source,text\nx:1,s,café\nx:2,s,good\n".encode("latin-1")

    assert errors(content) == [(2, RowErrorCode.NOT_UTF8)]
    assert texts(content) == ["good"]


def test_a_nul_character_is_refused() -> None:
    assert errors("video,source,text\nx:1,s,a\0b\n") == [(2, RowErrorCode.NUL)]


def test_a_text_as_long_as_a_book_is_refused() -> None:
    content = f"video,source,text\nx:1,s,{'a' * (MAX_TEXT_LENGTH + 1)}\n"

    assert errors(content) == [(2, RowErrorCode.TOO_LONG)]


# --- JSON Lines ---------------------------------------------------------------------


def test_json_lines_are_read() -> None:
    rows = [
        {"video": "x:1", "source": "s", "text": "one\ntwo"},
        {"platform": "x", "external_id": "2", "source": "s", "text": "three", "n": 1},
    ]
    content = "\ufeff" + "\n\n".join(map(json.dumps, rows))

    assert texts(content) == ["one\ntwo", "three"]
    assert [row.line for row in read(content)] == [1, 3]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"video": "x:1"', RowErrorCode.NOT_JSON),
        (b'["x:1", "s", "hi"]', RowErrorCode.NOT_JSON),
        (b'{"video": "x:1", "source": "s", "text": 5}', RowErrorCode.WRONG_TYPE),
        (b'{"video": "x:1", "source": "s"}', RowErrorCode.MISSING),
        (b'{"video": "x:1", "source": "s", "text": null}', RowErrorCode.MISSING),
        (b'{"video": "x:1", "source": "s", "text": "\xe9"}', RowErrorCode.NOT_UTF8),
        (
            b'{"video": "x:1", "source": "s", "text": "\\ud83d"}',
            RowErrorCode.NOT_UTF8,
        ),
        (b'{"video": "x:1", "source": "s", "text": "\\u0000"}', RowErrorCode.NUL),
        (b'{"a":' * 100_000, RowErrorCode.NOT_JSON),
        (b'{"text": "' + b"a" * 2_000_000 + b'"}', RowErrorCode.TOO_LONG),
    ],
)
def test_a_bad_line_of_json_is_refused_alone(line: bytes, code: RowErrorCode) -> None:
    good = b'{"video": "x:1", "source": "s", "text": "good"}'

    content = b"\n".join([good, line, good])

    assert errors(content) == [(2, code)]
    assert texts(content) == ["good", "good"]


# --- Files that are no lists --------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"\x1f\x8b\x08rest", "compressed"),
        (b"PK\x03\x04rest", "spreadsheet"),
        ("video,source,text\n".encode("utf-16"), "UTF-16"),
        ("video,source,text\n".encode("utf-16-le"), "UTF-16"),
        (b"x:1,s,hi\n", "must name the columns"),
        (b"video,text\nx:1,hi\n", "must name the columns"),
        (b"platform,source,text\nx,s,hi\n", "must name the columns"),
        (b"vid\xe9o\n", "must name the columns"),
        (b'"video,source\n', "columns"),
        (b"video,source,text\n" + b"a" * 2_000_000, "longer than"),
    ],
)
def test_a_file_that_is_no_list_of_comments_says_what_to_do(
    content: bytes, words: str
) -> None:
    with pytest.raises(UnreadableFileError, match=words) as refused:
        read(content)

    str(refused.value).encode()  # can be shown


# --- Videos -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "reference"),
    [
        ("youtube:abc", VideoReference("youtube", "abc")),
        (" TikTok : 712 ", VideoReference("tiktok", "712")),
        ("x:a:b", VideoReference("x", "a:b")),
        ("-abc", VideoReference("", "-abc")),
    ],
)
def test_a_video_is_named_by_platform_and_id(
    value: str, reference: VideoReference
) -> None:
    assert video_reference(value) == reference
