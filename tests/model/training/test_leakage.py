"""A benchmark video never gets into training: not by id, file or look."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

from corpus.records import record_line
from model.training.__main__ import main
from model.training.errors import TrainingError
from model.training.fingerprints import Fingerprints
from model.training.leakage import Clip, Leak, Sides, find_leaks, refuse_leaks
from tests.model.training.runs import write_run
from tests.tasks.records import corpus, record

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


def _leaks(clips: list[Clip], others: list[Clip], folder: Path) -> list[Leak]:
    """As the command finds them."""
    index = Fingerprints(folder / "fingerprints.sqlite")
    files = [clip.path for clip in (*clips, *others) if clip.path]
    index.update(files, workers=2)
    return find_leaks(clips, others, index.of(files))


def test_the_same_id_is_found_without_any_file(tmp_path: Path) -> None:
    leaks = _leaks([Clip("youtube/x", None)], [Clip("youtube/x", None)], tmp_path)

    assert [leak.reason for leak in leaks] == ["same id"]


def test_the_same_file_under_another_id_is_found(tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(TRAIN.read_bytes())

    leaks = _leaks([Clip("mine", copy)], [Clip("theirs", TRAIN)], tmp_path)

    assert [(leak.other, leak.reason) for leak in leaks] == [("theirs", "same file")]


def test_the_same_clip_encoded_anew_is_found_and_others_are_not(
    tmp_path: Path,
) -> None:
    anew = _encoded_anew(TRAIN, tmp_path / "anew.mp4")
    training = [Clip("mine", anew), Clip("other", BOAT)]

    leaks = _leaks(training, [Clip("theirs", TRAIN)], tmp_path)

    assert [(leak.video, leak.reason) for leak in leaks] == [("mine", "looks the same")]


def test_real_clips_are_not_taken_for_each_other(
    shared_data: Path, tmp_path: Path
) -> None:
    names = ("bottles", "chaplin", "cockatoo", "flower", "toy_rabbit", "dog_in_snow")
    clips = [
        Clip(name, next((shared_data / "videos").glob(f"{name}.*"))) for name in names
    ]

    assert not _leaks(clips[:3], clips[3:], tmp_path)


def test_the_refusal_names_the_videos_and_what_to_do(tmp_path: Path) -> None:
    shared = [Clip(f"youtube/{number}", None) for number in range(7)]
    index = Fingerprints(tmp_path / "fingerprints.sqlite")

    with pytest.raises(TrainingError) as refusal:
        refuse_leaks(Sides(shared, [], shared), index)

    message = str(refusal.value)
    assert message.startswith("7 videos of the training data are in the benchmark")
    assert "youtube/0 is youtube/0 (same id)" in message
    assert message.endswith("and 2 more")


def test_undecodable_files_do_not_stop_the_comparison(
    shared_data: Path, tmp_path: Path
) -> None:
    broken = shared_data / "broken" / "moov_missing.mp4"

    assert not _leaks([Clip("broken", broken)], [Clip("theirs", BOAT)], tmp_path)


def test_a_clip_is_looked_at_once_and_again_when_it_changed(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(TRAIN.read_bytes())
    index = Fingerprints(tmp_path / "fingerprints.sqlite")
    index.update([clip, TRAIN])

    assert index.missing([clip, TRAIN, BOAT]) == [BOAT]
    first = index.of([clip])[clip]
    clip.write_bytes(BOAT.read_bytes())
    assert index.missing([clip]) == [clip]
    index.update([clip])

    second = index.of([clip])[clip]
    assert first.content != second.content
    assert first.look is not None
    assert second.look is not None
    assert (first.look != second.look).any()


def test_a_run_does_not_start_before_thousands_of_clips_were_compared(
    tmp_path: Path,
) -> None:
    clips = []
    for number in range(201):
        (tmp_path / f"{number}.mp4").write_bytes(b"x")
        clips.append(Clip(f"youtube/{number}", tmp_path / f"{number}.mp4"))
    index = Fingerprints(tmp_path / "fingerprints.sqlite")

    with pytest.raises(TrainingError, match=r"python -m model\.training leaks"):
        refuse_leaks(Sides(clips, [], [Clip("youtube/x", None)]), index)


def test_the_command_compares_all_sides_and_fails_for_the_benchmark(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    records = [replace(one, video_path="boat.mp4") for one in corpus()]
    benchmark = replace(record("sport", "rowing"), video_path="boat.mp4")
    (tmp_path / "boat.mp4").write_bytes(BOAT.read_bytes())
    (tmp_path / "benchmark.jsonl").write_text(record_line(benchmark))
    file = write_run(
        tmp_path,
        data=(
            f'benchmark_records = ["{tmp_path}/benchmark.jsonl"]\n'
            f'benchmark_clips = "{tmp_path}"'
        ),
        records=records,
    )
    monkeypatch.setattr("sys.argv", ["training", "leaks", str(file), "--workers", "2"])

    assert main() == 1

    lines = capsys.readouterr().out.splitlines()
    counts = [int(line.split()[0]) for line in lines if " videos are " in line]
    assert len(counts) == 3
    assert counts[0] + counts[1] == len(records)
    assert (tmp_path / "fingerprints.sqlite").is_file()
