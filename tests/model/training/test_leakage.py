"""A benchmark video never gets into training: not by id, file or look."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from model.training.errors import TrainingError
from model.training.leakage import Clip, find_leaks, refuse_leaks

CONTENT = Path(__file__).resolve().parents[3] / "demo" / "content"
TRAIN, BOAT = CONTENT / "night_train.mp4", CONTENT / "paper_boat.mp4"


def _encoded_anew(source: Path, target: Path) -> Path:
    """The clip at half the size, and at a low quality."""
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        stream = new.add_stream("libx264", rate=24)
        video = old.streams.video[0]
        stream.width, stream.height = video.width // 4 * 2, video.height // 4 * 2
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": "38", "preset": "ultrafast"}
        for number, frame in enumerate(old.decode(video)):
            small = frame.reformat(stream.width, stream.height, "yuv420p")
            small.pts, small.time_base = number, Fraction(1, 24)
            new.mux(stream.encode(small))
        new.mux(stream.encode(None))
    return target


def test_the_same_id_is_found_without_any_file() -> None:
    leaks = find_leaks([Clip("youtube/x", None)], [Clip("youtube/x", None)])

    assert [leak.reason for leak in leaks] == ["same id"]


def test_the_same_file_under_another_id_is_found(tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(TRAIN.read_bytes())

    leaks = find_leaks([Clip("mine", copy)], [Clip("theirs", TRAIN)])

    assert [(leak.benchmark, leak.reason) for leak in leaks] == [
        ("theirs", "same file")
    ]


def test_the_same_clip_encoded_anew_is_found_and_others_are_not(
    tmp_path: Path,
) -> None:
    anew = _encoded_anew(TRAIN, tmp_path / "anew.mp4")
    training = [Clip("mine", anew), Clip("other", BOAT)]

    leaks = find_leaks(training, [Clip("theirs", TRAIN)])

    assert [(leak.training, leak.reason) for leak in leaks] == [
        ("mine", "looks the same")
    ]


def test_real_clips_are_not_taken_for_each_other(shared_data: Path) -> None:
    names = ("bottles", "chaplin", "cockatoo", "flower", "toy_rabbit", "dog_in_snow")
    clips = [
        Clip(name, next((shared_data / "videos").glob(f"{name}.*"))) for name in names
    ]

    assert not find_leaks(clips[:3], clips[3:])


def test_the_refusal_names_the_videos_and_what_to_do() -> None:
    shared = [Clip(f"youtube/{number}", None) for number in range(7)]

    with pytest.raises(TrainingError) as refusal:
        refuse_leaks(shared, shared)

    message = str(refusal.value)
    assert message.startswith("7 videos of the training data are in the benchmark")
    assert "youtube/0 is youtube/0 (same id)" in message
    assert message.endswith("and 2 more")


def test_undecodable_files_do_not_stop_the_comparison(shared_data: Path) -> None:
    broken = shared_data / "broken" / "moov_missing.mp4"

    assert not find_leaks([Clip("broken", broken)], [Clip("theirs", BOAT)])
