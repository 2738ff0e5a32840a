"""Items are built from metadata, with contrasting distractors and fair places."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.cleaning import comparison_key
from corpus.record_files import NumberedRecord, RecordFile
from corpus.records import VideoRecord
from tasks.building import build_items
from tasks.catalogue import Task
from tasks.items import read_items, video_key, write_items
from tests.tasks.records import WORDS, corpus, record

_CATEGORY_OF = {word: category for category in WORDS for word in WORDS[category]}
_MATCHING = [task for task in Task if task is not Task.COMMENT_POPULARITY]


def _word_in(text: str) -> str:
    return next(word for word in _CATEGORY_OF if word in text)


def test_a_complete_record_yields_all_seven_tasks() -> None:
    items = list(build_items(corpus(), seed=1))

    tasks = Counter(item.task for item in items)
    assert tasks == dict.fromkeys(Task, 15)


@pytest.mark.parametrize("task", [t for t in _MATCHING if t != Task.CATEGORY_MATCHING])
def test_the_right_option_is_the_videos_and_the_others_are_of_other_categories(
    task: Task,
) -> None:
    for item in build_items(corpus(), seed=3, tasks=[task]):
        own = item.video.removeprefix("youtube/")
        words = [_word_in(option) for option in item.options]

        assert words[item.answer] == own
        categories = [_CATEGORY_OF[w] for w in words if w != own]
        assert len(categories) == 3
        assert _CATEGORY_OF[own] not in categories


def test_the_prompt_asks_as_the_papers_do_and_lists_the_options() -> None:
    item = next(build_items(corpus(), seed=1, tasks=[Task.TITLE_SELECTION]))

    lines = item.prompt().splitlines()
    assert lines[0] == "Select the most appropriate title based on the video."
    assert lines[1:5] == [
        f"{letter}. {option}"
        for letter, option in zip("ABCD", item.options, strict=True)
    ]


def test_the_answer_is_a_letter_or_where_asked_for_the_options_text() -> None:
    item = next(build_items(corpus(), seed=1, tasks=[Task.TITLE_SELECTION]))

    assert item.prompt().endswith("Answer with the letter of the option.")
    assert item.right_answer() == "ABCD"[item.answer]
    assert item.prompt("text").endswith("Answer with the text of the option.")
    assert item.right_answer("text") == item.options[item.answer]


def test_the_right_option_stands_at_every_place_equally_often() -> None:
    places = Counter(
        item.answer for seed in range(20) for item in build_items(corpus(), seed=seed)
    )

    expected = 20 * 15 * 7 / 4
    # Five standard deviations of a binomial count.
    assert all(abs(places[place] - expected) < 100 for place in range(4))


def test_the_same_seed_gives_the_same_items_and_another_one_others() -> None:
    first = list(build_items(corpus(), seed=5))

    assert list(build_items(corpus(), seed=5)) == first
    assert list(build_items(corpus(), seed=6)) != first


def test_missing_metadata_costs_only_its_own_tasks() -> None:
    bare = replace(
        record("sport", "sprint"), external_id="bare", description="", tags=(), topic=""
    )

    items = build_items([*corpus(), bare], seed=1)

    assert {item.task for item in items if item.video == video_key(bare)} == {
        Task.TITLE_SELECTION,
        Task.CATEGORY_MATCHING,
        Task.COMMENT_MATCHING,
        Task.COMMENT_POPULARITY,
    }


def test_without_a_category_nothing_is_known_to_be_unrelated() -> None:
    unknown = replace(record("", "sprint"), external_id="unknown")

    items = build_items([*corpus(), unknown], seed=1)

    tasks = {item.task for item in items if item.video == video_key(unknown)}
    assert tasks == {Task.COMMENT_POPULARITY}


def test_options_never_repeat_a_text() -> None:
    twins = [
        replace(one, title="The same TITLE" if index % 2 else "the same title")
        for index, one in enumerate(corpus())
    ]

    assert not list(build_items(twins, seed=1, tasks=[Task.TITLE_SELECTION]))


def test_items_survive_a_file(tmp_path: Path) -> None:
    items = list(build_items(corpus(), seed=2))

    assert write_items(items, tmp_path / "items.jsonl") == len(items)

    assert list(read_items(tmp_path / "items.jsonl")) == items


def test_real_records_give_sound_items(shared_data: Path) -> None:
    with RecordFile(shared_data / "mimic_data.jsonl") as lines:
        records = [x.record for x in lines if isinstance(x, NumberedRecord)]

    items = list(build_items(records, seed=1))

    counts = Counter(item.task for item in items)
    # What its README says the records have.
    assert counts[Task.TITLE_SELECTION] == 41
    assert counts[Task.TAG_MATCHING] == 29
    assert counts[Task.DESCRIPTION_SELECTION] == 25
    for item in items:
        assert len({comparison_key(option) for option in item.options}) == 4
        assert all(option.strip() for option in item.options)


def test_a_record_without_an_id_is_named_by_its_file() -> None:
    assert video_key(VideoRecord("tiktok", video_path="a/b.mp4")) == "tiktok/a/b.mp4"
