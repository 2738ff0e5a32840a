"""Items are built from metadata, with contrasting distractors and fair places."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.cleaning import comparison_key
from corpus.records import CommentRecord, VideoRecord
from tasks.building import MOST_USES, NoItem, build_items
from tasks.catalogue import Task
from tasks.items import Provenance, read_items, video_key, write_items
from tasks.materials import description_text
from tests.tasks.records import WORDS, corpus, record

_CATEGORY_OF = {word: category for category in WORDS for word in WORDS[category]}
_MATCHING = [task for task in Task if task is not Task.COMMENT_POPULARITY]


def _word_in(text: str) -> str:
    return next(word for word in _CATEGORY_OF if word in text)


def test_a_complete_record_yields_all_seven_tasks() -> None:
    items = build_items(corpus(), seed=1).items

    tasks = Counter(item.task for item in items)
    assert tasks == dict.fromkeys(Task, 15)


@pytest.mark.parametrize("task", [t for t in _MATCHING if t != Task.CATEGORY_MATCHING])
def test_the_right_option_is_the_videos_and_the_others_are_of_other_categories(
    task: Task,
) -> None:
    for item in build_items(corpus(), seed=3, tasks=[task]).items:
        own = item.video.removeprefix("youtube/")
        words = [_word_in(option) for option in item.options]

        assert words[item.answer] == own
        categories = [_CATEGORY_OF[w] for w in words if w != own]
        assert len(categories) == 3
        assert _CATEGORY_OF[own] not in categories


def test_every_option_says_which_video_and_field_it_is_of() -> None:
    for item in build_items(corpus(), seed=1, tasks=[Task.TITLE_SELECTION]).items:
        assert item.provenance == tuple(
            Provenance(f"youtube/{_word_in(option)}", "title")
            for option in item.options
        )


def test_the_prompt_asks_as_the_papers_do_and_lists_the_options() -> None:
    item = build_items(corpus(), seed=1, tasks=[Task.TITLE_SELECTION]).items[0]

    lines = item.prompt().splitlines()
    assert lines[0] == "Select the most appropriate title based on the video."
    assert lines[1:5] == [
        f"{letter}. {option}"
        for letter, option in zip("ABCD", item.options, strict=True)
    ]


def test_the_answer_is_a_letter_or_where_asked_for_the_options_text() -> None:
    item = build_items(corpus(), seed=1, tasks=[Task.TITLE_SELECTION]).items[0]

    assert item.prompt().endswith("Answer with the letter of the option.")
    assert item.right_answer() == "ABCD"[item.answer]
    assert item.prompt("text").endswith("Answer with the text of the option.")
    assert item.right_answer("text") == item.options[item.answer]


def test_the_same_seed_gives_the_same_items_in_any_order_and_another_one_others() -> (
    None
):
    first = build_items(corpus(), seed=5).items

    assert build_items(corpus()[::-1], seed=5).items == first
    assert build_items(corpus(), seed=6).items != first


def test_missing_metadata_costs_only_its_own_tasks_and_the_reason_is_kept() -> None:
    bare = replace(
        record("sport", "sprint"), external_id="bare", description="", tags=(), topic=""
    )

    built = build_items([*corpus(), bare], seed=1)

    own = {item.task for item in built.items if item.video == video_key(bare)}
    lost = {Task.DESCRIPTION_SELECTION, Task.TAG_MATCHING, Task.TOPIC_MATCHING}
    assert own == set(Task) - lost
    for task in lost:
        assert built.missing[task] == {"youtube/bare": NoItem.NO_TEXT}


def test_without_category_tags_and_topic_nothing_is_known_to_be_unrelated() -> None:
    unknown = replace(
        record("", "sprint"), external_id="unknown", tags=(), topic="", category=""
    )

    built = build_items([*corpus(), unknown], seed=1)

    tasks = {item.task for item in built.items if item.video == video_key(unknown)}
    assert tasks == {Task.COMMENT_POPULARITY}
    reason = built.missing[Task.TITLE_SELECTION]["youtube/unknown"]
    assert reason == NoItem.NOT_PLACED


def test_a_video_without_a_category_is_used_where_its_tags_are_known() -> None:
    tagged = replace(record("", "kite"), category="", topic="")

    built = build_items([*corpus(), tagged], seed=1)

    tasks = {item.task for item in built.items if item.video == video_key(tagged)}
    assert Task.TITLE_SELECTION in tasks
    assert Task.CATEGORY_MATCHING not in tasks


def test_options_never_repeat_a_text() -> None:
    twins = [
        replace(one, title="The same TITLE" if index % 2 else "the same title")
        for index, one in enumerate(corpus())
    ]

    assert not build_items(twins, seed=1, tasks=[Task.TITLE_SELECTION]).items


def test_a_text_that_is_also_right_is_no_distractor() -> None:
    # The video about soup is tagged with the title of the one about trains.
    tagged = [
        replace(one, tags=(*one.tags, "All about train"))
        if one.external_id == "soup"
        else one
        for one in corpus()
    ]

    for seed in range(20):
        for item in build_items(tagged, seed=seed, tasks=[Task.TITLE_SELECTION]).items:
            assert item.video != "youtube/soup" or "All about train" not in item.options


def test_videos_of_one_channel_lend_each_other_no_options() -> None:
    channels = [
        replace(one, extra={"channel_id": "c1" if one.topic in WORDS["sport"] else ""})
        for one in corpus()
    ]
    channels += [
        replace(record("film", "western"), extra={"channel_id": "c1"}),
    ]

    items = build_items(channels, seed=2, tasks=[Task.TITLE_SELECTION]).items

    western = next(item for item in items if item.video == "youtube/western")
    assert not {_CATEGORY_OF.get(o.split()[-1]) for o in western.options} & {"sport"}


def test_no_text_is_a_distractor_more_than_five_times_for_each_video_it_is_of() -> None:
    items = build_items(corpus(), seed=1, tasks=[Task.TITLE_SELECTION]).items

    wrong = Counter(
        option
        for i in items
        for place, option in enumerate(i.options)
        if place != i.answer
    )
    assert max(wrong.values()) <= MOST_USES


def test_tags_are_as_many_in_every_option() -> None:
    uneven = [
        replace(one, tags=(*one.tags, *(f"{one.topic}{n}" for n in range(place % 3))))
        for place, one in enumerate(corpus())
    ]

    for item in build_items(uneven, seed=4, tasks=[Task.TAG_MATCHING]).items:
        assert len({option.count(", ") for option in item.options}) == 1


def test_a_description_keeps_what_describes_and_loses_what_names_its_author() -> None:
    text = description_text(
        "How we bake bread at home. Shop: https://shop.example.com/bread write to"
        " me@mail.example.org #bread @baker bit.ly/x2y [email removed]"
    )

    assert text == "How we bake bread at home. Shop: write to"
    assert description_text("Follow me: @baker #bread https://x.example.com") == ""


def test_comments_that_fit_every_video_ask_nothing() -> None:
    chatty = [
        replace(
            one, comments=(CommentRecord("lol"), CommentRecord("😂😂"), *one.comments)
        )
        for one in corpus()
    ]

    for seed in range(5):
        for item in build_items(chatty, seed=seed, tasks=[Task.COMMENT_MATCHING]).items:
            assert not {"lol", "😂😂"} & set(item.options)


def test_items_survive_a_file(tmp_path: Path) -> None:
    items = list(build_items(corpus(), seed=2).items)

    assert write_items(items, tmp_path / "items.jsonl", "b1") == len(items)

    assert list(read_items(tmp_path / "items.jsonl")) == items


def test_an_item_that_was_changed_in_its_file_is_refused_by_line(
    tmp_path: Path,
) -> None:
    path = tmp_path / "items.jsonl"
    write_items(build_items(corpus(), seed=2).items, path)
    path.write_text(path.read_text().replace("All about soup", "All about soap", 1))

    with pytest.raises(ValueError, match=r"items\.jsonl, line \d+: .* was changed"):
        list(read_items(path))


def test_items_have_ids_of_their_own_that_stay() -> None:
    items = build_items(corpus(), seed=2).items

    assert len({item.item_id for item in items}) == len(items)
    again = build_items(corpus(), seed=2).items
    assert [item.item_id for item in again] == [item.item_id for item in items]


def test_options_differ_for_the_eye_of_a_program_too() -> None:
    for item in build_items(corpus(), seed=1).items:
        assert len({comparison_key(option) for option in item.options}) == 4


def test_a_record_without_an_id_is_named_by_its_file() -> None:
    assert video_key(VideoRecord("tiktok", video_path="a/b.mp4")) == "tiktok/a/b.mp4"
