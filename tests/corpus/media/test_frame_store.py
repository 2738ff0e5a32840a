"""The frame store: decoded once, right times, shared, bounded."""

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
from corpus.media.frame_store import FrameStore, Length
from corpus.media.strips import Strip
from tests.specimens.clips import gray_of, write_clip

EIGHT = Strip(8, 48)
BIG = 1024**3


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    # Frames stand for 40 ms, but for one that stands for 200.
    times = [*range(0, 400, 40), *range(560, 960, 40)]
    return write_clip(tmp_path / "clip.mp4", times_ms=times)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FrameStore]:
    store = FrameStore(tmp_path / "store", BIG)
    yield store
    store.close()


def test_takes_the_middles_of_equal_intervals_with_their_own_times(
    store: FrameStore, clip: Path
) -> None:
    frames = store.frames(clip, sha256_of(clip), [EIGHT])[0]

    assert frames.indices == (1, 3, 6, 8, 11, 13, 16, 18)
    assert [round(1000 * t) for t in frames.timestamps] == [
        40, 120, 240, 320, 600, 680, 800, 880,
    ]  # fmt: skip
    assert frames.size == (48, 64)
    assert frames.source_frame_count == 20
    for image, index in zip(frames.images, frames.indices, strict=True):
        assert abs(float(image.mean()) - gray_of(index)) < 3


def test_a_length_that_is_known_saves_measuring(store: FrameStore, clip: Path) -> None:
    # Half a second more than measuring would find.
    frames = store.frames(clip, sha256_of(clip), [EIGHT], Length(20, 1.5))[0]

    assert frames.indices == (1, 3, 6, 8, 11, 13, 16, 18)
    assert frames.duration == 1.5


@pytest.mark.parametrize("count", [10, 19, 21, 5000])
def test_a_length_that_is_wrong_is_measured_anew(
    tmp_path: Path, clip: Path, count: int
) -> None:
    content_hash = sha256_of(clip)
    told, alone = (FrameStore(tmp_path / name, BIG) for name in ("told", "alone"))

    frames = told.frames(clip, content_hash, [EIGHT], Length(count, 1.5))[0]

    right = alone.frames(clip, content_hash, [EIGHT])[0]
    assert frames.timestamps == right.timestamps
    assert frames.duration == right.duration
    pixels = [*(tmp_path / "told").rglob("*.jpegs")]
    assert len(pixels) == 1  # nothing of the first try is left
    told.close()
    alone.close()


def test_what_is_wrong_with_a_file_of_known_length_is_told_all_the_same(
    store: FrameStore, tmp_path: Path
) -> None:
    text = tmp_path / "clip.mp4"
    text.write_text("no video at all" * 100)

    with pytest.raises(MediaError, match="is text, not a video"):
        store.frames(text, sha256_of(text), [EIGHT], Length(20, 0.8))[0]


def test_a_second_look_needs_no_video(store: FrameStore, clip: Path) -> None:
    content_hash = sha256_of(clip)
    before = store.frames(clip, content_hash, [EIGHT])[0]
    clip.unlink()

    after = store.frames(clip, content_hash, [EIGHT])[0]

    assert after.timestamps == before.timestamps
    assert all((a == b).all() for a, b in zip(after.images, before.images, strict=True))


def test_one_decoding_serves_the_strips_of_all_models(
    tmp_path: Path, clip: Path
) -> None:
    four = Strip(4, 48)
    small = Strip(8, 24)
    store = FrameStore(tmp_path / "store", BIG, strips=[four, small])
    content_hash = sha256_of(clip)
    store.frames(clip, content_hash, [EIGHT])[0]
    clip.unlink()

    assert store.frames(clip, content_hash, [four])[0].indices == (2, 7, 12, 17)
    assert store.frames(clip, content_hash, [small])[0].size == (24, 32)
    store.close()


def test_a_later_strip_keeps_what_is_there(store: FrameStore, clip: Path) -> None:
    content_hash = sha256_of(clip)
    store.frames(clip, content_hash, [EIGHT])[0]
    store.frames(clip, content_hash, [Strip(4, 48)])[0]
    clip.unlink()

    assert len(store.frames(clip, content_hash, [EIGHT])[0].images) == 8
    assert store.use().video_count == 1


def test_a_video_of_two_frames_gives_each_of_them_several_times(
    store: FrameStore, tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / "short.mp4", times_ms=(0, 40))

    frames = store.frames(clip, sha256_of(clip), [EIGHT])[0]

    assert frames.indices == (0, 0, 0, 0, 1, 1, 1, 1)
    assert len(frames.images) == 8


def test_a_network_of_two_branches_gets_few_large_frames_and_many_small_ones(
    store: FrameStore, clip: Path
) -> None:
    large, small = Strip(8, 48), Strip(10, 24, repeats=False)

    near, full = store.frames(clip, sha256_of(clip), [large, small])

    assert (near.size, near.indices) == ((48, 64), (1, 3, 6, 8, 11, 13, 16, 18))
    assert full.size == (24, 32)
    assert full.indices == (1, 3, 5, 7, 9, 11, 13, 15, 17, 19)


def test_threads_that_want_the_same_video_decode_it_once(
    store: FrameStore, clip: Path
) -> None:
    content_hash = sha256_of(clip)

    with ThreadPoolExecutor(4) as pool:
        several = [
            *pool.map(lambda _: store.frames(clip, content_hash, [EIGHT])[0], range(8))
        ]

    assert len({frames.timestamps for frames in several}) == 1
    assert len([*(clip.parent / "store").rglob("*.jpegs")]) == 1


def several(folder: Path, count: int) -> list[tuple[Path, str]]:
    """Different clips with their hashes, all about as large in the store."""
    clips = [
        write_clip(folder / f"{n}.mp4", times_ms=range(0, 400 + 40 * n, 40))
        for n in range(count)
    ]
    return [(clip, sha256_of(clip)) for clip in clips]


@pytest.fixture
def size_of_one(tmp_path: Path) -> int:
    """What a clip of `several` takes in a store."""
    alone = FrameStore(tmp_path / "alone", BIG)
    ((clip, content_hash),) = several(tmp_path, 1)
    alone.frames(clip, content_hash, [EIGHT])
    alone.close()
    return alone.use().byte_count


def test_the_videos_used_longest_ago_make_room(
    tmp_path: Path, size_of_one: int
) -> None:
    store = FrameStore(tmp_path / "store", int(2.9 * size_of_one))
    clips = several(tmp_path, 3)
    for clip, content_hash in clips[:2]:
        store.frames(clip, content_hash, [EIGHT])
        time.sleep(0.02)
    store.frames(*clips[0], [EIGHT])  # the first is now the newer one
    time.sleep(0.02)

    store.frames(*clips[2], [EIGHT])

    folders = {path.name for path in (tmp_path / "store").glob("??/" + "?" * 64)}
    assert folders == {clips[0][1], clips[2][1]}
    assert store.use().byte_count <= store.use().limit_bytes
    store.close()


def test_work_in_circles_finds_what_fits_each_time(
    tmp_path: Path, size_of_one: int
) -> None:
    """Three videos fit of four; by order of use alone, none would ever be found."""
    limit = int(3.5 * size_of_one)
    store = FrameStore(tmp_path / "store", limit, pinned_since=time.time() - 1)
    clips = several(tmp_path, 4)
    for clip, content_hash in clips:
        assert len(store.frames(clip, content_hash, [EIGHT])[0].images) == 8
    for clip, _ in clips[:3]:
        clip.unlink()

    for clip, content_hash in clips:
        assert len(store.frames(clip, content_hash, [EIGHT])[0].images) == 8

    assert store.use().video_count == 3
    store.close()


def test_later_work_takes_the_room_of_earlier_work(
    tmp_path: Path, size_of_one: int
) -> None:
    earlier, later = several(tmp_path, 2)
    limit = int(1.5 * size_of_one)
    first = FrameStore(tmp_path / "store", limit, pinned_since=time.time() - 1)
    first.frames(*earlier, [EIGHT])
    time.sleep(0.02)
    second = FrameStore(tmp_path / "store", limit, pinned_since=time.time())

    second.frames(*later, [EIGHT])

    folders = {path.name for path in (tmp_path / "store").glob("??/" + "?" * 64)}
    assert folders == {later[1]}
    first.close()
    second.close()


def test_the_limit_holds_for_all_processes_together(
    tmp_path: Path, size_of_one: int
) -> None:
    limit = int(2.5 * size_of_one)
    stores = [FrameStore(tmp_path / "store", limit) for _ in range(2)]

    for number, (clip, content_hash) in enumerate(several(tmp_path, 4)):
        stores[number % 2].frames(clip, content_hash, [EIGHT])

    assert stores[0].use().byte_count <= limit
    for store in stores:
        store.close()


def test_a_file_is_hashed_again_only_when_it_changes(
    store: FrameStore, clip: Path
) -> None:
    before = store.content_hash(clip)
    facts = clip.stat()
    clip.write_bytes(b"x" * facts.st_size)
    os.utime(clip, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    assert before == store.content_hash(clip)
    clip.write_bytes(b"y")
    assert store.content_hash(clip) == hashlib.sha256(b"y").hexdigest()


def test_pixels_that_vanished_are_decoded_again(store: FrameStore, clip: Path) -> None:
    content_hash = sha256_of(clip)
    store.frames(clip, content_hash, [EIGHT])[0]
    for file in (clip.parent / "store").rglob("*.jpegs"):
        file.unlink()

    assert len(store.frames(clip, content_hash, [EIGHT])[0].images) == 8


def test_clearing_empties_it(store: FrameStore, clip: Path) -> None:
    store.frames(clip, sha256_of(clip), [EIGHT])[0]

    assert store.clear() == 1
    assert store.use().video_count == 0


def test_a_name_that_is_no_hash_is_refused(store: FrameStore, clip: Path) -> None:
    with pytest.raises(ValueError, match="is not the SHA-256"):
        store.frames(clip, "../../etc", [EIGHT])[0]


def test_what_a_network_of_two_branches_needs_of_a_clip_takes_three_megabytes_at_most(
    store: FrameStore, shared_data: Path
) -> None:
    strips = [Strip(24, 448, repeats=False), Strip(96, 224, repeats=False)]
    paths = [
        shared_data / "videos" / f"{name}.mp4"
        for name in ("basketball_gym", "bottles", "cardboard_box_vfr")
    ]

    for path in paths:
        store.frames(path, sha256_of(path), strips)

    assert store.use().byte_count <= 3e6 * len(paths)


class TestBrokenVideos:
    def test_a_file_that_is_no_video_is_refused_and_remembered(
        self, store: FrameStore, tmp_path: Path
    ) -> None:
        text = tmp_path / "text.mp4"
        text.write_text("no video")
        content_hash = sha256_of(text)
        with pytest.raises(MediaError) as first:
            store.frames(text, content_hash, [EIGHT])[0]
        text.unlink()

        with pytest.raises(MediaError) as second:
            store.frames(text, content_hash, [EIGHT])[0]

        assert second.value.code == first.value.code
        assert second.value.message == first.value.message

    def test_a_missing_file_is_not_remembered(
        self, store: FrameStore, clip: Path
    ) -> None:
        content_hash = sha256_of(clip)
        with pytest.raises(MediaError) as missing:
            store.frames(clip.with_name("gone.mp4"), content_hash, [EIGHT])[0]

        assert missing.value.code == MediaErrorCode.MISSING
        assert len(store.frames(clip, content_hash, [EIGHT])[0].images) == 8

    def test_a_decoder_that_takes_too_long_is_killed(
        self, tmp_path: Path, clip: Path
    ) -> None:
        store = FrameStore(tmp_path / "store", BIG, timeout_s=0.001)

        with pytest.raises(MediaError) as error:
            store.frames(clip, sha256_of(clip), [EIGHT])[0]

        assert error.value.code == MediaErrorCode.TIMEOUT
        store.close()

    def test_every_real_clip_gives_its_frames_and_every_broken_file_a_reason(
        self, store: FrameStore, shared_data: Path
    ) -> None:
        policy = Strip(8, 64)
        names = (
            "one_frame.mp4",
            "zero_bytes.mp4",
            "audio_only.mp4",
            "moov_missing.mp4",
        )
        for name in ("dog_in_snow.mp4", "newtons_cradle.gif"):
            path = shared_data / "videos" / name
            assert len(store.frames(path, sha256_of(path), [policy])[0].images) == 8
        for name in names:
            path = shared_data / "broken" / name
            with pytest.raises(MediaError):
                store.frames(path, sha256_of(path), [policy])[0]


def test_a_killed_reader_leaves_the_video_to_others(
    store: FrameStore, clip: Path, tmp_path: Path
) -> None:
    content_hash = sha256_of(clip)
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path / "store"), content_hash],
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    holder.stdout.readline()

    os.kill(holder.pid, signal.SIGKILL)

    assert len(store.frames(clip, content_hash, [EIGHT])[0].images) == 8
    holder.stdout.close()
    holder.wait()


_HOLD = """
import sys, time
from pathlib import Path
from corpus.media.frame_store import FrameStore, Length
store = FrameStore(Path(sys.argv[1]), 10**9)
with store._lock(store._folder(sys.argv[2])):
    print("held", flush=True)
    time.sleep(60)
"""
