"""One corpus yields both the tasks and comment writing, split by video."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.comment_prompt import COMMENT_PROMPT
from corpus.records import CommentRecord, VideoRecord, record_line
from model.training.config import DataConfig, TrainingConfig
from model.training.corpus_files import read_records
from model.training.errors import TrainingError
from model.training.example_store import stored_examples
from model.training.examples import Examples, top_comments
from model.training.word_counts import prompt_and_answer
from tasks.builds import make_build, write_build
from tasks.catalogue import Task
from tests.model.tiny import tiny_tokenizer
from tests.tasks.records import corpus, record


@pytest.fixture
def data(tmp_path: Path) -> DataConfig:
    """Fifteen records, all but the last with a clip's file."""
    records = [
        replace(one, video_path=f"{one.external_id}.mp4", platform="synthetic")
        for one in corpus()
    ]
    for one in records[:-1]:
        (tmp_path / one.video_path).touch()
    file = tmp_path / "records.jsonl"
    file.write_text("".join(map(record_line, records)))
    return DataConfig(records=(str(file),), clips=str(tmp_path), held_out_share=0.0)


def read_examples(data: DataConfig) -> Examples:
    """As a run reads them, from the store."""
    folder = Path(data.clips) / "runs"
    config = TrainingConfig(output=str(folder / "one"), data=data)
    return stored_examples(config, prompt_and_answer(tiny_tokenizer()))


def test_a_record_yields_its_five_most_liked_comments_and_its_tasks(
    data: DataConfig,
) -> None:
    examples = read_examples(data).training

    soup = [e for e in examples if e.clip and e.clip.name == "soup.mp4"]
    comments = [e for e in soup if e.question is None]
    assert [e.answer for e in comments] == [f"soup comment {n}" for n in range(5)]
    assert {e.prompt for e in comments} == {COMMENT_PROMPT}
    questions = [e for e in soup if e.question is not None]
    assert len(questions) == 7
    assert all(e.answer in "ABCD" for e in questions)


def test_records_without_their_clip_are_left_out_and_counted(data: DataConfig) -> None:
    examples = read_examples(data)

    assert examples.without_clip_count == 1
    assert examples.record_count == 14
    assert all(e.clip and e.clip.is_file() for e in examples.training)


def test_texts_alone_need_no_clip(data: DataConfig) -> None:
    examples = read_examples(replace(data, shows_video=False))

    assert examples.record_count == 15
    assert all(e.clip is None for e in examples.training)


def test_records_can_be_learnt_for_their_comments_or_their_tasks_alone(
    data: DataConfig,
) -> None:
    spoken = replace(data, records=(), comment_records=data.records)
    asked = replace(data, records=(), task_records=data.records)

    both = read_examples(data).training
    comments, tasks = (read_examples(part).training for part in (spoken, asked))

    assert list(comments) == [example for example in both if example.question is None]
    assert list(tasks) == [example for example in both if example.question is not None]


def test_training_and_held_out_share_no_video_and_no_option(data: DataConfig) -> None:
    examples = read_examples(replace(data, held_out_share=0.5))

    held_out = {e.clip for e in examples.held_out}
    assert held_out
    assert held_out.isdisjoint(e.clip for e in examples.training)
    seen = "\n".join(e.prompt + e.answer for e in examples.training)
    for clip in held_out:
        assert clip is not None
        assert f"All about {clip.stem}" not in seen


def test_the_title_is_named_to_the_share_that_was_asked_for(data: DataConfig) -> None:
    always = read_examples(replace(data, title_share=1.0)).training

    assert all(e.prompt.startswith("All about ") for e in always)
    comments = [e for e in always if e.question is None]
    assert comments
    assert all(e.prompt.endswith(COMMENT_PROMPT) for e in comments)
    assert len(comments) < len(always)


def test_long_comments_can_be_passed_over(data: DataConfig) -> None:
    short = replace(data, max_comment_chars=14, tasks=False)

    assert {len(e.answer) <= 14 for e in read_examples(short).training} == {True}


def test_likes_decide_and_unknown_ones_come_last() -> None:
    comments = (
        CommentRecord("unknown"),
        CommentRecord("few", 1),
        CommentRecord("...", 100),
        CommentRecord("many", 9),
        CommentRecord("MANY", 8),
    )

    best = top_comments(replace(record("sport", "goal"), comments=comments), 5)

    assert best == ["many", "few", "unknown"]


def test_items_of_a_build_are_asked_and_no_others_are_built(
    data: DataConfig, tmp_path: Path
) -> None:
    build, _ = make_build(_records(data), seed=77, tasks=[Task.TITLE_SELECTION])
    write_build(build, tmp_path / "build")
    built = replace(data, item_builds=(str(tmp_path / "build"),))

    questions = [e.question for e in read_examples(built).training if e.question]

    # One record has no clip, so nothing can be asked about it.
    assert len(questions) == 14
    assert set(questions) < set(build.items)


def test_a_build_that_was_changed_is_not_trained_on(
    data: DataConfig, tmp_path: Path
) -> None:
    build, _ = make_build(_records(data), seed=77)
    write_build(build, tmp_path / "build")
    items = tmp_path / "build" / "items.jsonl"
    items.write_text("".join(items.read_text().splitlines(keepends=True)[:-1]))

    with pytest.raises(TrainingError, match="are not those that were built"):
        read_examples(replace(data, item_builds=(str(tmp_path / "build"),)))


def _records(data: DataConfig) -> list[VideoRecord]:
    return read_records(data.records).records
