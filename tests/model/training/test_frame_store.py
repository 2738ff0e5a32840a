"""Frames are decoded once, kept within a limit, and broken clips are remembered."""

import os
import shutil
from pathlib import Path
from random import Random

import pytest
import torch

from corpus.media.errors import MediaError
from model.config import MimicChatConfig, SpatialConfig, TemporalConfig
from model.synthetic.clips import Colour, Direction, Shape, SyntheticClip
from model.synthetic.files import write_clip
from model.training.frame_store import FrameStore
from model.video import from_frames

CONFIG = MimicChatConfig(
    spatial=SpatialConfig(image_size=28), temporal=TemporalConfig(image_size=32)
)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A synthetic clip of 32 frames."""
    path = tmp_path / "clip.mp4"
    write_clip(SyntheticClip(Colour.RED, Shape.DISC, Direction.FALLING), path)
    return path


def test_a_clip_is_decoded_once(tmp_path: Path, clip: Path) -> None:
    store = FrameStore(tmp_path / "frames", CONFIG)
    first = store.frames(clip)
    facts = clip.stat()
    # Damaged, but by name, size and time still the file that was decoded.
    clip.write_bytes(b"x" * facts.st_size)

    os.utime(clip, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    again = store.frames(clip)
    store.close()

    assert first.shape == (32, 32, 32, 3)
    assert torch.equal(first, again)


def test_a_changed_file_is_decoded_anew(tmp_path: Path, clip: Path) -> None:
    store = FrameStore(tmp_path / "frames", CONFIG)
    first = store.frames(clip)
    write_clip(SyntheticClip(Colour.BLUE, Shape.BAR, Direction.RISING), clip)

    again = store.frames(clip)
    store.close()

    assert not torch.equal(first, again)


def test_a_broken_clip_is_remembered_with_its_reason(
    tmp_path: Path, clip: Path
) -> None:
    clip.write_bytes(clip.read_bytes()[:100])
    store = FrameStore(tmp_path / "frames", CONFIG)
    with pytest.raises(MediaError) as first:
        store.frames(clip)
    other = FrameStore(tmp_path / "frames", CONFIG)

    with pytest.raises(MediaError) as second:
        other.frames(clip)
    store.close()
    other.close()

    assert second.value.message == first.value.message
    assert second.value.code == first.value.code


def test_the_frames_unused_for_longest_make_room(tmp_path: Path, clip: Path) -> None:
    copies = [tmp_path / f"{number}.mp4" for number in range(3)]
    clips = [clip, *(Path(shutil.copy(clip, copy)) for copy in copies)]
    folder = tmp_path / "frames"
    one = 32 * 32 * 32 * 3 + 128
    store = FrameStore(folder, CONFIG, limit_gib=2.5 * one / 1024**3)

    for path in clips:
        store.frames(path)
    store.close()

    sizes = [file.stat().st_size for file in folder.glob("*.npz")]
    assert len(sizes) == 2
    assert sum(sizes) <= 2.5 * one


def test_the_stored_frames_give_both_branches_their_share(
    tmp_path: Path, clip: Path
) -> None:
    store = FrameStore(tmp_path / "frames", CONFIG)

    frames = store.frames(clip)
    store.close()
    video = from_frames(frames, CONFIG)
    drawn = from_frames(frames, CONFIG, Random(1))  # noqa: S311

    assert video.tiles.shape == drawn.tiles.shape == (8, 3, 28, 28)
    assert video.frames.shape == (32, 3, 32, 32)
    # The middles of the intervals show one picture; drawn frames do not.
    assert (video.tiles.float() - video.tiles[:1].float()).abs().mean() < 4
    assert not torch.equal(video.tiles, drawn.tiles)
