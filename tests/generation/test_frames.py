"""The frame cache: decoded once, right times, shared, bounded."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.media.errors import MediaError, MediaErrorCode
from generation.frame_policy import FramesPolicy
from generation.frames import FrameCache, Length
from tests.specimens.clips import gray_of, write_clip

EIGHT = FramesPolicy(count=8, max_short_side=48)
BIG = 1024**3


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    # Frames stand for 40 ms, but for one that stands for 200.
    times = [*range(0, 400, 40), *range(560, 960, 40)]
    return write_clip(tmp_path / "clip.mp4", times_ms=times)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[FrameCache]:
    cache = FrameCache(tmp_path / "cache", BIG)
    yield cache
    cache.close()


def test_takes_the_middles_of_equal_intervals_with_their_own_times(
    cache: FrameCache, clip: Path
) -> None:
    frames = cache.frames(clip, sha256_of(clip), EIGHT)

    assert frames.indices == (1, 3, 6, 8, 11, 13, 16, 18)
    assert [round(1000 * t) for t in frames.timestamps] == [
        40, 120, 240, 320, 600, 680, 800, 880,
    ]  # fmt: skip
    assert frames.size == (48, 64)
    assert frames.source_frame_count == 20
    for image, index in zip(frames.images, frames.indices, strict=True):
        assert abs(float(image.mean()) - gray_of(index)) < 3


def test_a_length_that_is_known_saves_measuring(cache: FrameCache, clip: Path) -> None:
    # Half a second more than measuring would find.
    frames = cache.frames(clip, sha256_of(clip), EIGHT, Length(20, 1.5))

    assert frames.indices == (1, 3, 6, 8, 11, 13, 16, 18)
    assert frames.duration == 1.5


@pytest.mark.parametrize("count", [10, 19, 21, 5000])
def test_a_length_that_is_wrong_is_measured_anew(
    tmp_path: Path, clip: Path, count: int
) -> None:
    content_hash = sha256_of(clip)
    told, alone = (FrameCache(tmp_path / name, BIG) for name in ("told", "alone"))

    frames = told.frames(clip, content_hash, EIGHT, Length(count, 1.5))

    right = alone.frames(clip, content_hash, EIGHT)
    assert frames.timestamps == right.timestamps
    assert frames.duration == right.duration
    pixels = [*(tmp_path / "told").rglob("*.rgb")]
    assert len(pixels) == 1  # nothing of the first try is left
    told.close()
    alone.close()


def test_what_is_wrong_with_a_file_of_known_length_is_told_all_the_same(
    cache: FrameCache, tmp_path: Path
) -> None:
    text = tmp_path / "clip.mp4"
    text.write_text("no video at all" * 100)

    with pytest.raises(MediaError, match="is text, not a video"):
        cache.frames(text, sha256_of(text), EIGHT, Length(20, 0.8))


def test_a_second_look_needs_no_video(cache: FrameCache, clip: Path) -> None:
    content_hash = sha256_of(clip)
    before = cache.frames(clip, content_hash, EIGHT)
    clip.unlink()

    after = cache.frames(clip, content_hash, EIGHT)

    assert after.timestamps == before.timestamps
    assert all((a == b).all() for a, b in zip(after.images, before.images, strict=True))


def test_one_decoding_serves_the_policies_of_all_models(
    tmp_path: Path, clip: Path
) -> None:
    four = FramesPolicy(count=4, max_short_side=48)
    small = FramesPolicy(count=8, max_short_side=24)
    cache = FrameCache(tmp_path / "cache", BIG, policies=[four, small])
    content_hash = sha256_of(clip)
    cache.frames(clip, content_hash, EIGHT)
    clip.unlink()

    assert cache.frames(clip, content_hash, four).indices == (2, 7, 12, 17)
    assert cache.frames(clip, content_hash, small).size == (24, 32)
    cache.close()


def test_a_later_policy_keeps_what_is_there(cache: FrameCache, clip: Path) -> None:
    content_hash = sha256_of(clip)
    cache.frames(clip, content_hash, EIGHT)
    cache.frames(clip, content_hash, FramesPolicy(count=4, max_short_side=48))
    clip.unlink()

    assert len(cache.frames(clip, content_hash, EIGHT).images) == 8
    assert cache.use().video_count == 1


def test_a_video_of_two_frames_gives_each_of_them_several_times(
    cache: FrameCache, tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / "short.mp4", times_ms=(0, 40))

    frames = cache.frames(clip, sha256_of(clip), EIGHT)

    assert frames.indices == (0, 0, 0, 0, 1, 1, 1, 1)
    assert len(frames.images) == 8


def test_spatial_and_temporal_frames_come_together() -> None:
    policy = FramesPolicy(kind="spatial_temporal", count=8, limit=10)

    indices = policy.indices(100)

    assert indices == sorted({6, 18, 31, 43, 56, 68, 81, 93, *range(5, 100, 10)})


def test_threads_that_want_the_same_video_decode_it_once(
    cache: FrameCache, clip: Path
) -> None:
    content_hash = sha256_of(clip)

    with ThreadPoolExecutor(4) as pool:
        several = [
            *pool.map(lambda _: cache.frames(clip, content_hash, EIGHT), range(8))
        ]

    assert len({frames.timestamps for frames in several}) == 1
    assert len([*(clip.parent / "cache").rglob("*.rgb")]) == 1


def test_the_videos_used_longest_ago_make_room(tmp_path: Path) -> None:
    one_video = 8 * 48 * 64 * 3
    cache = FrameCache(tmp_path / "cache", int(2.9 * one_video))
    clips = [
        write_clip(tmp_path / f"{n}.mp4", times_ms=range(0, 400 + 40 * n, 40))
        for n in range(3)
    ]
    hashes = [sha256_of(clip) for clip in clips]
    for clip, content_hash in zip(clips[:2], hashes[:2], strict=True):
        cache.frames(clip, content_hash, EIGHT)
        time.sleep(0.02)
    cache.frames(clips[0], hashes[0], EIGHT)  # the first is now the newer one
    time.sleep(0.02)

    cache.frames(clips[2], hashes[2], EIGHT)

    folders = {path.name for path in (tmp_path / "cache").glob("??/*")}
    assert folders == {hashes[0], hashes[2]}
    assert cache.use().byte_count <= cache.use().limit_bytes
    cache.close()


def test_pixels_that_vanished_are_decoded_again(cache: FrameCache, clip: Path) -> None:
    content_hash = sha256_of(clip)
    cache.frames(clip, content_hash, EIGHT)
    for file in (clip.parent / "cache").rglob("*.rgb"):
        file.unlink()

    assert len(cache.frames(clip, content_hash, EIGHT).images) == 8


def test_clearing_empties_it(cache: FrameCache, clip: Path) -> None:
    cache.frames(clip, sha256_of(clip), EIGHT)

    assert cache.clear() == 1
    assert cache.use().video_count == 0


def test_a_name_that_is_no_hash_is_refused(cache: FrameCache, clip: Path) -> None:
    with pytest.raises(ValueError, match="no SHA-256"):
        cache.frames(clip, "../../etc", EIGHT)


class TestBrokenVideos:
    def test_a_file_that_is_no_video_is_refused_and_remembered(
        self, cache: FrameCache, tmp_path: Path
    ) -> None:
        text = tmp_path / "text.mp4"
        text.write_text("no video")
        content_hash = sha256_of(text)
        with pytest.raises(MediaError) as first:
            cache.frames(text, content_hash, EIGHT)
        text.unlink()

        with pytest.raises(MediaError) as second:
            cache.frames(text, content_hash, EIGHT)

        assert second.value.code == first.value.code
        assert second.value.message == first.value.message

    def test_a_missing_file_is_not_remembered(
        self, cache: FrameCache, clip: Path
    ) -> None:
        content_hash = sha256_of(clip)
        with pytest.raises(MediaError) as missing:
            cache.frames(clip.with_name("gone.mp4"), content_hash, EIGHT)

        assert missing.value.code == MediaErrorCode.MISSING
        assert len(cache.frames(clip, content_hash, EIGHT).images) == 8

    def test_a_decoder_that_takes_too_long_is_killed(
        self, tmp_path: Path, clip: Path
    ) -> None:
        cache = FrameCache(tmp_path / "cache", BIG, timeout_s=0.001)

        with pytest.raises(MediaError) as error:
            cache.frames(clip, sha256_of(clip), EIGHT)

        assert error.value.code == MediaErrorCode.TIMEOUT
        cache.close()

    def test_every_real_clip_gives_its_frames_and_every_broken_file_a_reason(
        self, cache: FrameCache, shared_data: Path
    ) -> None:
        policy = FramesPolicy(count=8, max_short_side=64)
        names = (
            "one_frame.mp4",
            "zero_bytes.mp4",
            "audio_only.mp4",
            "moov_missing.mp4",
        )
        for name in ("dog_in_snow.mp4", "newtons_cradle.gif"):
            path = shared_data / "videos" / name
            assert len(cache.frames(path, sha256_of(path), policy).images) == 8
        for name in names:
            path = shared_data / "broken" / name
            with pytest.raises(MediaError):
                cache.frames(path, sha256_of(path), policy)


def test_a_killed_reader_leaves_the_video_to_others(
    cache: FrameCache, clip: Path, tmp_path: Path
) -> None:
    content_hash = sha256_of(clip)
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path / "cache"), content_hash],
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    holder.stdout.readline()

    os.kill(holder.pid, signal.SIGKILL)

    assert len(cache.frames(clip, content_hash, EIGHT).images) == 8
    holder.stdout.close()
    holder.wait()


_HOLD = """
import sys, time
from pathlib import Path
from generation.frames import FrameCache, Length
cache = FrameCache(Path(sys.argv[1]), 10**9)
with cache._lock(cache._folder(sys.argv[2])):
    print("held", flush=True)
    time.sleep(60)
"""
