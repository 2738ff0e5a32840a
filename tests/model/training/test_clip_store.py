"""Clips are decoded once for both branches, and broken ones are remembered."""

import os
import shutil
from pathlib import Path
from random import Random

import pytest
import torch

from corpus.media.errors import MediaError
from model.config import MimicChatConfig, SpatialConfig, TemporalConfig
from model.synthetic.files import write_clip
from model.synthetic.moving_shapes import Colour, Direction, Shape, SyntheticClip
from model.training.clip_store import ClipStore, strips_of
from model.video import from_strips

CONFIG = MimicChatConfig(
    spatial=SpatialConfig(image_size=28), temporal=TemporalConfig(image_size=32)
)
STRIPS = strips_of(CONFIG)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A synthetic clip of 32 frames."""
    path = tmp_path / "clip.mp4"
    write_clip(SyntheticClip(Colour.RED, Shape.DISC, Direction.FALLING), path)
    return path


def test_a_clip_is_decoded_once(tmp_path: Path, clip: Path) -> None:
    store = ClipStore(tmp_path / "frames", STRIPS)
    first = store.frames(clip)
    facts = clip.stat()
    # Damaged, but by name, size and time still the file that was decoded.
    clip.write_bytes(b"x" * facts.st_size)

    os.utime(clip, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    again = store.frames(clip)
    store.close()

    assert first.spatial.shape == (24, 28, 28, 3)
    assert first.temporal.shape == (32, 32, 32, 3)
    assert torch.equal(first.spatial, again.spatial)
    assert torch.equal(first.temporal, again.temporal)


def test_a_changed_file_is_decoded_anew(tmp_path: Path, clip: Path) -> None:
    store = ClipStore(tmp_path / "frames", STRIPS)
    first = store.frames(clip)
    write_clip(SyntheticClip(Colour.BLUE, Shape.BAR, Direction.RISING), clip)

    again = store.frames(clip)
    store.close()

    assert not torch.equal(first.temporal, again.temporal)


def test_a_broken_clip_is_remembered_with_its_reason(
    tmp_path: Path, clip: Path
) -> None:
    clip.write_bytes(clip.read_bytes()[:100])
    store = ClipStore(tmp_path / "frames", STRIPS)
    with pytest.raises(MediaError) as first:
        store.frames(clip)
    other = ClipStore(tmp_path / "frames", STRIPS)

    with pytest.raises(MediaError) as second:
        other.frames(clip)
    store.close()
    other.close()

    assert second.value.message == first.value.message
    assert second.value.code == first.value.code


def test_copies_of_a_clip_are_decoded_and_kept_once(tmp_path: Path, clip: Path) -> None:
    copy = Path(shutil.copy(clip, tmp_path / "copy.mp4"))
    folder = tmp_path / "frames"
    store = ClipStore(folder, STRIPS)

    same = [store.frames(path).temporal for path in (clip, copy)]
    store.close()

    assert torch.equal(*same)
    assert len([*folder.rglob("manifest.json")]) == 1


def test_the_stored_frames_give_both_branches_their_share(
    tmp_path: Path, clip: Path
) -> None:
    store = ClipStore(tmp_path / "frames", STRIPS)

    frames = store.frames(clip)
    store.close()
    both = frames.spatial, frames.temporal
    video = from_strips(*both, CONFIG)
    drawn = from_strips(*both, CONFIG, Random(1))  # noqa: S311

    assert video.tiles.shape == drawn.tiles.shape == (8, 3, 28, 28)
    assert video.frames.shape == (32, 3, 32, 32)
    # The middles of the intervals show one picture; drawn frames do not.
    assert (video.tiles.float() - video.tiles[:1].float()).abs().mean() < 4
    assert not torch.equal(video.tiles, drawn.tiles)
