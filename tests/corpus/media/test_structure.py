"""What the bytes say before any decoder sees them."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.structure import Structure, examine
from tests.specimens.clips import write_clip

CONTAINERS = {"mp4": "libx264", "mkv": "libx264", "webm": "libvpx", "avi": "mpeg4"}


def box(name: bytes, content: bytes = b"", *, announced: int | None = None) -> bytes:
    length = 8 + len(content) if announced is None else announced
    return length.to_bytes(4, "big") + name + content


def examine_bytes(tmp_path: Path, data: bytes) -> Structure:
    path = tmp_path / "file"
    path.write_bytes(data)
    return examine(path)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", MediaErrorCode.EMPTY),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", MediaErrorCode.PICTURE),
        (b"\x89PNG\r\n\x1a\n\0\0", MediaErrorCode.PICTURE),
        (b"RIFF\x24\0\0\0WEBPVP8 ", MediaErrorCode.PICTURE),
        (b"\0\0\0\x18ftypheic\0\0\0\0", MediaErrorCode.PICTURE),
        (b'<?xml version="1.0"?><svg><script/></svg>', MediaErrorCode.SVG),
        (b"#EXTM3U\nfile:///etc/passwd\n", MediaErrorCode.TEXT),
        ("Ein Text, größer als nichts".encode(), MediaErrorCode.TEXT),
    ],
)
def test_what_is_no_video_is_named(
    tmp_path: Path, data: bytes, code: MediaErrorCode
) -> None:
    with pytest.raises(MediaError) as caught:
        examine_bytes(tmp_path, data)

    assert caught.value.code == code


def test_a_long_text_that_is_read_up_to_half_a_letter_is_text(tmp_path: Path) -> None:
    text = "a" + "\N{GRINNING FACE}" * 3000

    with pytest.raises(MediaError) as caught:
        examine_bytes(tmp_path, text.encode())

    assert caught.value.code == MediaErrorCode.TEXT


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        examine(tmp_path)

    assert caught.value.code == MediaErrorCode.MISSING


def test_the_index_is_found_in_front_behind_or_nowhere(tmp_path: Path) -> None:
    start, index, data = box(b"ftyp", b"isom"), box(b"moov", b"x"), box(b"mdat", b"yy")

    front = examine_bytes(tmp_path, start + index + data)
    behind = examine_bytes(tmp_path, start + data + index)
    nowhere = examine_bytes(tmp_path, start + data)
    cut = examine_bytes(tmp_path, start + data + index[:-1])

    assert (front.has_index, front.index_in_front) == (True, True)
    assert (behind.has_index, behind.index_in_front) == (True, False)
    assert not nowhere.has_index
    assert not cut.has_index
    assert cut.is_cut


def test_boxes_with_long_lengths_are_understood(tmp_path: Path) -> None:
    index = box(b"moov", b"x")
    long = b"\0\0\0\x01mdat" + (16 + 5).to_bytes(8, "big") + b"12345"

    whole = examine_bytes(tmp_path, index + long)
    cut = examine_bytes(tmp_path, index + long[:-1])

    assert not whole.is_cut
    assert cut.is_cut


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_a_whole_file_is_whole_and_a_cut_one_is_cut(
    tmp_path: Path, suffix: str
) -> None:
    path = write_clip(tmp_path / f"clip.{suffix}", codec=CONTAINERS[suffix])
    data = path.read_bytes()

    whole = examine(path)
    cuts = [
        examine_bytes(tmp_path, data[: round(len(data) * share)])
        for share in (0.3, 0.6, 0.9, 0.99)
    ]

    assert not whole.is_cut
    assert not whole.is_damaged
    assert all(cut.is_cut or not cut.has_index for cut in cuts)


def test_a_gif_without_its_trailer_is_cut(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.gif", codec="gif", pixels="rgb8")

    assert not examine(path).is_cut
    assert examine_bytes(tmp_path, path.read_bytes()[:-1]).is_cut


def test_a_broken_chain_of_webm_elements_is_seen(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.webm", codec="libvpx")
    data = bytearray(path.read_bytes())
    block = data.index(b"\xa3", data.index(b"\x1f\x43\xb6\x75"))

    data[block] = 0x42  # an element that does not occur there

    assert examine_bytes(tmp_path, bytes(data)).is_damaged


def kind_or_code(tmp_path: Path, data: bytes) -> str:
    try:
        return examine_bytes(tmp_path, data).kind
    except MediaError as error:
        return error.code


@given(
    head=st.sampled_from(
        [b"", b"\0\0\0\x18ftyp", b"\x1a\x45\xdf\xa3", b"RIFF\0\0\0\0AVI ", b"GIF89a"]
    ),
    rest=st.binary(max_size=300),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=1000)
def test_any_bytes_get_an_answer(tmp_path: Path, head: bytes, rest: bytes) -> None:
    answer = kind_or_code(tmp_path, head + rest)

    kinds = {"mp4", "matroska", "avi", "gif", "other"}
    assert answer in kinds | {"empty", "text", "svg", "picture"}
