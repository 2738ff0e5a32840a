"""The demo clips: browsers play them, scenes draw them, no two are alike."""

import itertools
from dataclasses import replace
from pathlib import Path

import av
import pytest
from av.container import InputContainer
from PIL import Image, ImageChops, ImageStat

from demo.canvas import SUPERSAMPLE
from demo.clips import CLIPS, CONTENT, scene_of
from demo.encode import encode
from demo.scene import FRAMES_PER_SECOND, Scene

LOOSE = 6.0
"""What the encoder may change, as a mean difference in levels of 255."""
ALIKE = 12.0


@pytest.fixture(params=CLIPS)
def clip(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _opened(path: Path) -> InputContainer:
    return av.open(str(path))


def _pictures(path: Path, *, every: int) -> list[Image.Image]:
    """Every so many-th picture of a clip, from the first one."""
    with _opened(path) as file:
        frames = itertools.islice(file.decode(video=0), 0, None, every)
        return [frame.to_image() for frame in frames]  # type: ignore[no-untyped-call]


def _difference(first: Image.Image, second: Image.Image) -> float:
    """Mean difference over pixels and channels, in levels of 255."""
    channels = ImageStat.Stat(ImageChops.difference(first, second)).mean
    return sum(channels) / len(channels)


def _drawn(scene: Scene, number: int) -> Image.Image:
    picture = scene.still()
    scene.foreground(picture, number / FRAMES_PER_SECOND)
    return picture.image.reduce(SUPERSAMPLE)


def test_a_clip_is_what_every_browser_plays(clip: str) -> None:
    with _opened(CONTENT / f"{clip}.mp4") as file:
        video = file.streams.video[0].codec_context
        scene = scene_of(clip)

        assert video.name == "h264"
        assert video.pix_fmt == "yuv420p"
        assert (video.width, video.height) == (scene.width, scene.height)
        assert sorted((video.width, video.height)) == [360, 640]


def test_a_clip_has_its_index_in_front(clip: str) -> None:
    head = (CONTENT / f"{clip}.mp4").read_bytes()

    assert head.index(b"moov") < head.index(b"mdat")


def test_a_clip_lasts_five_to_eight_seconds(clip: str) -> None:
    with _opened(CONTENT / f"{clip}.mp4") as file:
        video = file.streams.video[0]

        assert video.frames == scene_of(clip).frame_count
        assert video.average_rate == FRAMES_PER_SECOND
        assert 5 <= video.frames / FRAMES_PER_SECOND <= 8


def test_a_clip_shows_what_its_scene_draws(clip: str) -> None:
    scene = scene_of(clip)

    shown = _pictures(CONTENT / f"{clip}.mp4", every=25)

    for index, picture in enumerate(shown):
        assert _difference(picture, _drawn(scene, 25 * index)) < LOOSE


def test_a_clip_tells_something_in_time(clip: str) -> None:
    scene = scene_of(clip)
    moments = [round(share * scene.frame_count) for share in (0.1, 0.5, 0.9)]

    pictures = [_drawn(scene, number) for number in moments]

    for first, second in itertools.combinations(pictures, 2):
        assert ImageChops.difference(first, second).getbbox() is not None


def test_the_clips_can_be_told_apart_at_a_glance() -> None:
    glances = {clip: _drawn(scene_of(clip), 60).resize((16, 16)) for clip in CLIPS}

    for first, second in itertools.combinations(CLIPS, 2):
        assert _difference(glances[first], glances[second]) > ALIKE, (first, second)


def test_one_clip_has_sound_and_it_rises_where_the_dominoes_fall() -> None:
    with_sound = []
    for clip in CLIPS:
        with _opened(CONTENT / f"{clip}.mp4") as file:
            if file.streams.audio:
                with_sound.append(clip)
                assert file.streams.audio[0].codec_context.name == "aac"

    assert with_sound == ["dominoes"]


def test_all_clips_together_stay_under_three_megabytes() -> None:
    assert sum(path.stat().st_size for path in CONTENT.glob("*.mp4")) < 3_000_000


def test_drawing_a_scene_twice_gives_the_same_file(tmp_path: Path) -> None:
    short = replace(scene_of("lamp_at_three"), seconds=0.5)

    encode(short, tmp_path / "first.mp4")
    encode(short, tmp_path / "second.mp4")

    first, second = (tmp_path / f"{name}.mp4" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()


def test_a_scene_that_fails_leaves_no_file(tmp_path: Path) -> None:
    def broken(*_: object) -> None:
        msg = "the brush broke"
        raise RuntimeError(msg)

    scene = replace(scene_of("cat_shelf"), foreground=broken)

    with pytest.raises(RuntimeError, match="brush"):
        encode(scene, tmp_path / "cat.mp4")

    assert list(tmp_path.iterdir()) == []
