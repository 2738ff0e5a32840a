"""Real clips are described rightly, broken files refused for the right reason."""

import random
from pathlib import Path

import av
import pytest
from av.stream import Disposition

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.tools import MediaTools
from tests.clip_table import clip_sizes, clip_table, clips_by_day
from tests.specimens.clips import show_only, silence, write_clip

# README's name for one codec differs from the decoder's own.
CODECS = {"msmpeg4": "msmpeg4v3"}
BACKWARDS = {"cardboard_box_vfr.mp4", "eye_makeup.avi"}
BROKEN = {
    "audio_only.mp4": (MediaErrorCode.NO_PICTURE, "sound but no moving picture"),
    "corrupt_middle.mp4": (MediaErrorCode.DAMAGED, "of 300 frames are broken"),
    "jpeg_renamed.mp4": (MediaErrorCode.PICTURE, "JPEG picture"),
    "moov_missing.mp4": (MediaErrorCode.INDEX_MISSING, "index (moov) is missing"),
    "one_frame.mp4": (MediaErrorCode.TOO_SHORT, "single frame"),
    "svg_renamed.mp4": (MediaErrorCode.SVG, "SVG drawing"),
    "text_renamed.webm": (MediaErrorCode.TEXT, "is text"),
    "truncated_half.mp4": (
        MediaErrorCode.TRUNCATED,
        "frames came of 300, and the last 4.6 s",
    ),
    "zero_bytes.mp4": (MediaErrorCode.EMPTY, "is empty"),
}


def code_of(tools: MediaTools, path: Path) -> str:
    """Why the file is refused; empty if it is not."""
    try:
        tools.probe(path)
    except MediaError as error:
        return error.code
    return ""


def clip_parameters() -> list[object]:
    by_day = clips_by_day()
    return [
        pytest.param(
            name,
            marks=[
                *([pytest.mark.slow] if size > 100_000_000 else []),
                *([] if name in by_day else [pytest.mark.nightly]),
            ],
        )
        for name, size in clip_sizes().items()
    ]


@pytest.mark.parametrize("name", clip_parameters())
def test_a_clip_is_described_as_its_table_says(
    tools: MediaTools, shared_data: Path, name: str
) -> None:
    row = clip_table(shared_data)[name]

    facts = tools.probe(shared_data / "videos" / name)

    video = facts.video
    assert facts.sha256 == row["sha256"]
    assert facts.byte_count == int(row["bytes"])
    assert video.codec == CODECS.get(row["codec"], row["codec"])
    assert video.pixel_format == row["pix_fmt"]
    assert (video.width, video.height) == (int(row["width"]), int(row["height"]))
    assert video.frame_count == int(row["frames"])
    assert video.rotation == int(row["rotation"])
    assert video.duration_s == pytest.approx(float(row["duration_s"]), abs=0.006)
    assert (facts.audio.codec if facts.audio else "none") == row["audio"]
    backwards = name in BACKWARDS
    assert video.has_backward_timestamps == backwards
    # Once put in order, those two come at a steady pace.
    assert video.has_varying_rate == (row["vfr"] == "yes" and not backwards)
    assert len(facts.warnings) == backwards


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_for_its_own_reason(
    tools: MediaTools, shared_data: Path, name: str
) -> None:
    code, words = BROKEN[name]

    with pytest.raises(MediaError) as caught:
        tools.probe(shared_data / "broken" / name)

    assert caught.value.code == code
    assert words in caught.value.message


def test_a_name_that_looks_like_an_option_is_only_a_name(
    tools: MediaTools, shared_data: Path
) -> None:
    facts = tools.probe(shared_data / "broken" / "-video-with-dash-.mp4")

    assert facts.video.frame_count == 5


@pytest.mark.parametrize(
    "share",
    [
        pytest.param(0.5, marks=pytest.mark.nightly),
        pytest.param(0.9, marks=pytest.mark.nightly),
        0.97,  # the least that is missed
    ],
)
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("clay_animation.webm", MediaErrorCode.TRUNCATED),
        ("two_faces_odd_vp9.webm", MediaErrorCode.TRUNCATED),
        ("flipping_a_pancake.mkv", MediaErrorCode.TRUNCATED),
        ("toy_rabbit.mp4", MediaErrorCode.TRUNCATED),
        ("worker_mpeg4.avi", MediaErrorCode.TRUNCATED),
        ("classroom.gif", MediaErrorCode.TRUNCATED),
        ("bottles.mp4", MediaErrorCode.INDEX_MISSING),
    ],
)
def test_a_cut_file_is_refused_though_decoders_are_content(
    tools: MediaTools,
    shared_data: Path,
    tmp_path: Path,
    name: str,
    code: str,
    share: float,
) -> None:
    data = (shared_data / "videos" / name).read_bytes()
    cut = tmp_path / name
    cut.write_bytes(data[: int(len(data) * share)])

    assert code_of(tools, cut) == code


@pytest.mark.parametrize(
    "name",
    [
        "batting_cage.mp4",
        "fruit_vegetables_hevc.mp4",
        "dog_in_snow.mp4",
        "worker_mpeg4.avi",
        "flipping_a_pancake.mkv",
        "crystal_flower.webm",
        "parking_lot.gif",
    ],
)
def test_a_file_with_changed_bytes_is_refused(
    tools: MediaTools, shared_data: Path, tmp_path: Path, name: str
) -> None:
    data = bytearray((shared_data / "videos" / name).read_bytes())
    dice = random.Random(1)  # noqa: S311 - repeatable noise
    for _ in range(400):
        place = dice.randrange(int(len(data) * 0.4), int(len(data) * 0.6))
        data[place] = dice.randrange(256)
    changed = tmp_path / name
    changed.write_bytes(data)

    assert code_of(tools, changed) in {
        MediaErrorCode.DAMAGED,
        MediaErrorCode.TRUNCATED,
    }


def test_a_webm_that_ends_early_without_announced_lengths_is_refused(
    tools: MediaTools, tmp_path: Path
) -> None:
    path = write_clip(
        tmp_path / "clip.webm", codec="libvpx", times_ms=range(0, 8000, 40)
    )
    data = path.read_bytes()
    segment = data.index(b"\x18\x53\x80\x67") + 4
    unknown = data[:segment] + b"\x01" + b"\xff" * 7 + data[segment + 8 :]
    last_cluster = unknown.rindex(b"\x1f\x43\xb6\x75")

    path.write_bytes(unknown[:last_cluster])

    assert code_of(tools, path) == MediaErrorCode.TRUNCATED


def test_one_damaged_frame_among_many_is_a_warning(
    tools: MediaTools, shared_data: Path, tmp_path: Path
) -> None:
    source = shared_data / "videos" / "bass_guitar.mp4"
    with av.open(str(source)) as container:
        packets = [p for p in container.demux(video=0) if p.size]
    data = bytearray(source.read_bytes())
    # Nothing refers to the last frame, so the damage does not spread.
    assert packets[-1].pos is not None
    middle = packets[-1].pos + packets[-1].size // 2
    data[middle : middle + 60] = bytes(60)
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(data)

    facts = tools.probe(damaged)

    assert "1 frame(s)" in facts.warnings[0]
    assert facts.video.damaged_frame_count == 1


def test_damage_is_counted_the_same_every_time(
    tools: MediaTools, shared_data: Path
) -> None:
    messages = set()
    for _ in range(5):
        with pytest.raises(MediaError) as caught:
            tools.probe(shared_data / "broken" / "corrupt_middle.mp4")
        messages.add(caught.value.message)

    assert len(messages) == 1


def test_frames_that_an_editor_cut_off_are_not_missed(
    tools: MediaTools, tmp_path: Path
) -> None:
    path = write_clip(tmp_path / "clip.mp4", times_ms=range(0, 4000, 40))
    show_only(path, 2000)

    facts = tools.probe(path)

    assert facts.video.frame_count == pytest.approx(50, abs=2)
    assert facts.video.is_trimmed
    assert facts.warnings == ()


def test_a_long_hold_among_quick_frames_is_a_warning(
    tools: MediaTools, tmp_path: Path
) -> None:
    times = [*range(0, 1000, 40), *range(4000, 5000, 40)]
    path = write_clip(tmp_path / "clip.mkv", times_ms=times)

    (warning,) = tools.probe(path).warnings

    assert "stands still for 3.0 s" in warning


def test_a_slow_clip_gets_no_warning(tools: MediaTools, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mkv", times_ms=range(0, 10_000, 1500))

    assert tools.probe(path).warnings == ()


def test_a_cover_picture_does_not_make_sound_a_video(
    tools: MediaTools, tmp_path: Path
) -> None:
    path = tmp_path / "song.mp4"
    with av.open(str(path), "w") as output:
        cover = output.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        speaker = output.add_stream("aac", rate=48_000)
        output.mux(cover.encode(av.VideoFrame(64, 64, "yuvj420p")))
        output.mux(speaker.encode(silence()))
        output.mux(speaker.encode(None))

    assert code_of(tools, path) == MediaErrorCode.NO_PICTURE


def test_a_playlist_cannot_make_the_decoder_read_other_files(
    tools: MediaTools, tmp_path: Path
) -> None:
    secret = write_clip(tmp_path / "secret.ts")
    playlist = tmp_path / "video.mp4"
    # Not text: the container check alone must stop it.
    playlist.write_bytes(
        b"ffconcat version 1.0\n# \x01\nfile " + secret.name.encode() + b"\n"
    )

    assert code_of(tools, playlist) == MediaErrorCode.UNREADABLE


def test_random_bytes_are_refused(tools: MediaTools, tmp_path: Path) -> None:
    noise = tmp_path / "noise.mp4"
    noise.write_bytes(random.Random(7).randbytes(50_000))  # noqa: S311

    assert code_of(tools, noise) == MediaErrorCode.UNREADABLE


def test_a_missing_file_is_named_so(tools: MediaTools, tmp_path: Path) -> None:
    assert code_of(tools, tmp_path / "nothing.mp4") == MediaErrorCode.MISSING
