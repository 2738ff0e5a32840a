"""Posters: the first frame that shows something, upright, small."""

from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image, ImageDraw

from corpus.media.errors import MediaError
from corpus.media.tools import MediaTools
from tests.specimens.clips import frame_of


def write_fading_clip(path: Path, black_count: int, size: tuple[int, int]) -> Path:
    """Black frames, then frames with a white square on black."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=25)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        for index in range(black_count + 5):
            image = Image.new("RGB", size)
            if index >= black_count:
                ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1]), "white")
            frame = frame_of(image, "yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def size_of(poster: Path) -> tuple[int, int]:
    with Image.open(poster) as image:
        return image.size


def test_black_frames_are_passed_over(tools: MediaTools, tmp_path: Path) -> None:
    clip = write_fading_clip(tmp_path / "clip.mp4", 10, (320, 240))
    poster = tmp_path / "poster.jpg"

    tools.make_poster(clip, poster)

    with Image.open(poster) as image:
        assert image.format == "JPEG"
        assert image.size == (320, 240)
        assert image.convert("L").getpixel((20, 20)) == pytest.approx(255, abs=12)


def test_a_clip_without_contrast_still_gets_one(
    tools: MediaTools, tmp_path: Path
) -> None:
    clip = write_fading_clip(tmp_path / "clip.mp4", 300, (64, 48))
    poster = tmp_path / "poster.jpg"

    tools.make_poster(clip, poster)

    assert size_of(poster) == (64, 48)


def test_a_poster_is_no_larger_than_a_page_needs(
    tools: MediaTools, tmp_path: Path
) -> None:
    clip = write_fading_clip(tmp_path / "clip.mp4", 0, (1920, 1080))
    poster = tmp_path / "poster.jpg"

    tools.make_poster(clip, poster)

    assert size_of(poster) == (960, 540)


def test_pixels_that_are_not_square_are_made_so(
    tools: MediaTools, shared_data: Path, tmp_path: Path
) -> None:
    clip = shared_data / "videos" / "arm_wrestling.mp4"
    poster = tmp_path / "poster.jpg"

    tools.make_poster(clip, poster)

    assert size_of(poster) == (427, 256)
    assert tools.probe(clip).video.shown_size == (427, 256)


def test_no_frame_means_no_poster(
    tools: MediaTools, shared_data: Path, tmp_path: Path
) -> None:
    with pytest.raises(MediaError):
        tools.make_poster(shared_data / "broken" / "audio_only.mp4", tmp_path / "p.jpg")

    assert not list(tmp_path.iterdir())
