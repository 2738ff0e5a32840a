"""Playback files play everywhere, and show the same frames at the same times."""

import shutil
from itertools import pairwise
from pathlib import Path

import av
import pytest
from PIL import ImageStat

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.facts import MediaFacts
from corpus.media.structure import examine
from corpus.media.tools import MediaTools
from tests.clip_table import clip_sizes, clips_by_day, those_here
from tests.specimens.clips import (
    copy_beginning,
    gray_of,
    image_of,
    show_only,
    write_clip,
)

# Only copied; all other clips are encoded.
COPIED = {
    *("airplane_landing.mp4", "arm_wrestling.mp4", "baking_portrait.mp4"),
    *("basketball_gym.mp4", "bass_guitar.mp4", "batting_cage.mp4", "bottles.mp4"),
    *("big_buck_bunny_wakes.mp4", "cars_from_above.mp4", "chaplin.mp4"),
    *("concert_singer.mp4", "flipping_a_pancake.mkv", "his_girl_friday.mp4"),
    *("living_room_dance.mp4", "man_green_screen.mp4", "nasa_spacecraft.mp4"),
    *("sign_language_book.mkv", "squirrel_eating.mp4", "stream_of_water.mp4"),
    "toy_rabbit.mp4",
}
MUXER_TAGS = {"major_brand", "minor_version", "compatible_brands"}
STREAM_TAGS = {"language", "handler_name"}


# To encode more takes long: by day the beginning of such a clip has to do.
_LONG_PIXELS = 200_000_000
_BEGINNING_S = 2.0


def clip_parameters() -> list[object]:
    """Each clip with the seconds of it that are taken."""
    found: list[object] = []
    by_day = clips_by_day()
    for name, size in clip_sizes().items():
        is_long = name not in COPIED and size > _LONG_PIXELS
        is_slow = name not in COPIED and size >= 15_000_000
        marks = [
            *([pytest.mark.slow] if is_slow else []),
            *([] if name in by_day else [pytest.mark.nightly]),
        ]
        seconds = _BEGINNING_S if is_long else None
        found.append(pytest.param(name, seconds, marks=marks, id=name))
        if is_long:
            whole = pytest.param(
                name, None, marks=pytest.mark.nightly, id=f"all {name}"
            )
            found.append(whole)
    return found


def assert_plays_everywhere(path: Path, facts: MediaFacts) -> None:
    assert facts.container == "mp4"
    assert facts.video.codec == "h264"
    assert facts.video.profile in {"Constrained Baseline", "Main", "High"}
    assert facts.video.pixel_format in {"yuv420p", "yuvj420p"}
    assert facts.video.rotation == 0
    assert facts.audio is None or facts.audio.codec in {"aac", "mp3"}
    assert examine(path).index_in_front


def assert_shows_the_same(original: MediaFacts, playback: MediaFacts) -> None:
    before, after = original.video, playback.video
    assert after.frame_count == before.frame_count
    assert after.duration_s == pytest.approx(before.duration_s, abs=1 / before.fps)
    assert not after.has_backward_timestamps
    assert (original.audio is None) == (playback.audio is None)


def assert_has_no_tags(path: Path) -> None:
    with av.open(str(path)) as container:
        assert set(container.metadata) <= MUXER_TAGS
        for stream in container.streams:
            assert set(stream.metadata) <= STREAM_TAGS
            assert stream.metadata.get("handler_name") in {
                "VideoHandler",
                "SoundHandler",
            }


@pytest.mark.parametrize(("name", "seconds"), clip_parameters())
def test_a_clip_becomes_a_file_that_plays_everywhere(
    tools: MediaTools,
    shared_data: Path,
    tmp_path: Path,
    name: str,
    seconds: float | None,
) -> None:
    source, target = shared_data / "videos" / name, tmp_path / "play.mp4"
    if seconds is not None:
        source = copy_beginning(source, tmp_path / name, seconds)
    original = tools.probe(source)

    conversion = tools.make_playback(source, target, original)

    playback = tools.probe(target)
    assert conversion.action == ("remuxed" if name in COPIED else "transcoded")
    assert_plays_everywhere(target, playback)
    assert_shows_the_same(original, playback)
    assert_has_no_tags(target)


def test_a_turned_clip_is_stored_upright(
    tools: MediaTools, shared_data: Path, tmp_path: Path
) -> None:
    source = shared_data / "videos" / "skateboarding_dog_rotated.mp4"
    target = tmp_path / "play.mp4"

    tools.make_playback(source, target, tools.probe(source))

    video = tools.probe(target).video
    assert (video.width, video.height, video.rotation) == (360, 640, 0)
    # Turned the right way: what was on the left of the coded picture is below.
    assert brightness(source, (0, 0, 0.1, 1)) == pytest.approx(
        brightness(target, (0, 0.9, 1, 1)), abs=4
    )
    assert brightness(source, (0.9, 0, 1, 1)) == pytest.approx(
        brightness(target, (0, 0, 1, 0.1)), abs=4
    )


def brightness(path: Path, part: tuple[float, float, float, float]) -> float:
    """Mean gray of a part (left, top, right, bottom, from 0 to 1) of frame 200."""
    with av.open(str(path)) as container:
        frames = container.decode(video=0)
        image = image_of(next(f for i, f in enumerate(frames) if i == 200))
    left, top, right, bottom = part
    width, height = image.size
    box = (left * width, top * height, right * width, bottom * height)
    return ImageStat.Stat(image.convert("L").crop(box)).mean[0]


def test_odd_sides_become_even(
    tools: MediaTools, shared_data: Path, tmp_path: Path
) -> None:
    source = shared_data / "videos" / "two_faces_odd_vp9.webm"
    target = tmp_path / "play.mp4"

    tools.make_playback(source, target, tools.probe(source))

    video = tools.probe(target).video
    assert (video.width, video.height) == (426, 240)


def test_uneven_frame_times_are_kept(tools: MediaTools, tmp_path: Path) -> None:
    times = [0, 40, 45, 400, 1000, 1033, 2000]
    source = write_clip(tmp_path / "clip.webm", codec="libvpx", times_ms=times)
    target = tmp_path / "play.mp4"

    tools.make_playback(source, target, tools.probe(source))

    with av.open(str(target)) as container:
        frames = [(f.time, gray(f)) for f in container.decode(video=0)]
    assert [time for time, _ in frames] == pytest.approx(
        [time / 1000 for time in times], abs=0.001
    )
    assert [value for _, value in frames] == pytest.approx(
        [gray_of(index) for index in range(len(times))], abs=3
    )


def test_frames_that_claim_one_time_are_all_kept(
    tools: MediaTools, tmp_path: Path
) -> None:
    times = [0, 40, 40, 40, 80, 120]
    source = write_clip(tmp_path / "clip.mkv", codec="ffv1", times_ms=times)
    target = tmp_path / "play.mp4"

    tools.make_playback(source, target, tools.probe(source))

    assert tools.probe(target).video.frame_count == len(times)


def test_frames_whose_times_went_backwards_come_out_in_order(
    tools: MediaTools, shared_data: Path, tmp_path: Path
) -> None:
    (name, *_) = those_here(["eye_makeup.avi", "cardboard_box_vfr.mp4"])
    source, target = shared_data / "videos" / name, tmp_path / "play.mp4"

    tools.make_playback(source, target, tools.probe(source))

    with av.open(str(target)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    with av.open(str(source)) as container:
        given = sorted(frame.time for frame in container.decode(video=0))
    assert times == pytest.approx(given, abs=0.001)
    assert all(later > earlier for earlier, later in pairwise(times))


def gray(frame: av.VideoFrame) -> float:
    return ImageStat.Stat(image_of(frame).convert("L")).mean[0]


def test_colors_of_a_gif_survive(tools: MediaTools, tmp_path: Path) -> None:
    source = tmp_path / "red.gif"
    with av.open(str(source), "w") as output:
        stream = output.add_stream("gif", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "rgb8"
        for index in range(5):
            frame = av.VideoFrame(64, 48, "rgb24")
            frame.planes[0].update(bytes((255, 0, 0)) * (64 * 48))
            frame.pts = index
            output.mux(stream.encode(frame.reformat(format="rgb8")))
        output.mux(stream.encode(None))
    target = tmp_path / "play.mp4"

    tools.make_playback(source, target, tools.probe(source))

    with av.open(str(target)) as container:
        image = image_of(next(container.decode(video=0)))
    assert image.getpixel((30, 20)) == pytest.approx((255, 0, 0), abs=6)


def test_titles_and_comments_of_the_source_are_left_behind(
    tools: MediaTools, tmp_path: Path
) -> None:
    tags = {"title": "Secret title", "comment": "Secret comment"}
    source = write_clip(tmp_path / "clip.mp4", tags=tags, sound="aac")
    target = tmp_path / "play.mp4"

    conversion = tools.make_playback(source, target, tools.probe(source))

    assert conversion.action == "remuxed"
    assert b"Secret" in source.read_bytes()
    assert b"Secret" not in target.read_bytes()
    assert_has_no_tags(target)


def test_what_an_editor_cut_off_stays_cut_off(
    tools: MediaTools, tmp_path: Path
) -> None:
    source = write_clip(tmp_path / "clip.mp4", times_ms=range(0, 4000, 40))
    show_only(source, 2000)
    facts = tools.probe(source)
    target = tmp_path / "play.mp4"

    tools.make_playback(source, target, facts)

    assert facts.video.frame_count == pytest.approx(50, abs=2)
    assert_shows_the_same(facts, tools.probe(target))


def test_large_pictures_are_made_smaller_on_request(
    tools: MediaTools, tmp_path: Path
) -> None:
    source = write_clip(tmp_path / "clip.mp4", size=(320, 240))
    target = tmp_path / "play.mp4"

    tools.make_playback(source, target, tools.probe(source), max_short_side=120)

    video = tools.probe(target).video
    assert (video.width, video.height) == (160, 120)


def test_sound_that_browsers_do_not_play_is_encoded_and_kept_in_step(
    tools: MediaTools, tmp_path: Path
) -> None:
    source = write_clip(tmp_path / "clip.mkv", sound="libopus")
    target = tmp_path / "play.mp4"

    tools.make_playback(source, target, tools.probe(source))

    with av.open(str(target)) as container:
        length_s = sum(f.samples / f.sample_rate for f in container.decode(audio=0))
    assert length_s == pytest.approx(1.0, abs=0.05)


def test_a_file_that_cannot_be_copied_is_encoded(
    tools: MediaTools, tmp_path: Path
) -> None:
    source = write_clip(tmp_path / "clip.mkv")
    facts = tools.probe(source)
    # Facts that promise more than the file keeps: VP8 does not fit into MP4.
    write_clip(source, codec="libvpx")
    target = tmp_path / "play.mp4"

    conversion = tools.make_playback(source, target, facts)

    assert conversion.action == "transcoded"
    assert_plays_everywhere(target, tools.probe(target))


def test_a_failed_attempt_leaves_the_former_file_alone(
    tools: MediaTools, tmp_path: Path
) -> None:
    source = write_clip(tmp_path / "clip.mp4")
    facts = tools.probe(source)
    target = tmp_path / "play.mp4"
    target.write_bytes(b"former")
    source.write_bytes(b"no video any more \x00")

    with pytest.raises(MediaError) as caught:
        tools.make_playback(source, target, facts)

    assert caught.value.code == MediaErrorCode.UNREADABLE
    assert target.read_bytes() == b"former"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "play.mp4"]


def test_the_source_is_never_written_to(tools: MediaTools, tmp_path: Path) -> None:
    source = write_clip(tmp_path / "clip.webm", codec="libvpx")
    copy = Path(shutil.copy(source, tmp_path / "copy.webm"))
    source.chmod(0o444)

    tools.make_playback(source, tmp_path / "play.mp4", tools.probe(source))

    assert source.read_bytes() == copy.read_bytes()
