"""Examples are written once, and read by any number of processes."""

import json
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.records import record_line
from model.training.config import DataConfig, TrainingConfig
from model.training.example_store import StoredExamples, stored_examples
from model.training.examples import Example, gather
from model.training.word_counts import WordCounts, prompt_and_answer
from tests.model.tiny import tiny_tokenizer
from tests.tasks.records import corpus, record


@pytest.fixture
def config(tmp_path: Path) -> TrainingConfig:
    """Fifteen records with clips."""
    (tmp_path / "clips").mkdir()
    records = [replace(one, video_path=f"{one.external_id}.mp4") for one in corpus()]
    for one in records:
        (tmp_path / "clips" / one.video_path).touch()
    file = tmp_path / "records.jsonl"
    file.write_text("".join(map(record_line, records)))
    data = DataConfig(
        records=(str(file),), clips=str(tmp_path / "clips"), held_out_share=0.3
    )
    return TrainingConfig(output=str(tmp_path / "runs" / "one"), data=data)


def _counts() -> WordCounts:
    return prompt_and_answer(tiny_tokenizer())


def test_what_is_read_is_what_the_records_yield(config: TrainingConfig) -> None:
    stored = stored_examples(config, _counts())

    gathered = gather(config.data)
    assert list(stored.training) == list(gathered.examples(is_held_out=False))
    assert list(stored.held_out) == list(gathered.examples(is_held_out=True))
    assert stored.record_count == 15
    last = stored.training[-1]
    assert last == stored.training[len(stored.training) - 1]
    with pytest.raises(IndexError):
        stored.training[len(stored.training)]


def test_lengths_and_clips_are_known_without_reading_an_example(
    config: TrainingConfig,
) -> None:
    training = stored_examples(config, _counts()).training

    assert isinstance(training, StoredExamples)
    assert training.word_counts.tolist() == _counts()(list(training))
    clips = [example.clip for example in training]
    numbers = training.clip_numbers.tolist()
    assert len(set(zip(clips, numbers, strict=True))) == len(set(clips))


def test_the_second_run_reads_no_records(config: TrainingConfig) -> None:
    first = list(stored_examples(config, _counts()).training)

    def no_more(_: Example) -> str:
        raise AssertionError

    counts = replace(_counts(), text_of=no_more)
    again = stored_examples(replace(config, output=config.output + "-2"), counts)

    assert list(again.training) == first


def test_other_records_clips_or_settings_are_other_examples(
    config: TrainingConfig,
) -> None:
    count = len(stored_examples(config, _counts()).training)

    untasked = replace(config, data=replace(config.data, tasks=False))
    assert len(stored_examples(untasked, _counts()).training) < count
    clip = next(Path(config.data.clips).iterdir())
    clip.unlink()
    assert stored_examples(config, _counts()).without_clip_count == 1
    with Path(config.data.records[0]).open("a") as file:
        file.write(record_line(record("sport", "rowing")))
    assert stored_examples(config, _counts()).without_clip_count == 2


def test_what_a_killed_process_left_is_written_again(config: TrainingConfig) -> None:
    expected = list(stored_examples(config, _counts()).training)
    (folder,) = [path for path in config.example_folder.iterdir() if path.is_dir()]
    (folder / "counts.json").unlink()
    (folder / "training.jsonl").write_text("{")

    assert list(stored_examples(config, _counts()).training) == expected
    assert json.loads((folder / "counts.json").read_text())["record_count"] == 15


def test_other_processes_open_the_file_for_themselves(config: TrainingConfig) -> None:
    training = stored_examples(config, _counts()).training
    first = training[0]

    assert pickle.loads(pickle.dumps(training))[0] == first  # noqa: S301 (our own)
