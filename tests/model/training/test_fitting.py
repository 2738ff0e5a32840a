"""Long options are cut evenly when they are asked, and never learnt from."""

from dataclasses import replace
from pathlib import Path

from model.training.dataset import (
    LONG_OPTIONS,
    Asked,
    Collator,
    ExampleDataset,
    Skipped,
)
from model.training.evaluation import answer_questions, comment_perplexity
from model.training.examples import Example
from tasks.catalogue import Task
from tasks.items import Item
from tests.model.tiny import tiny_config, tiny_encoder, tiny_network
from tests.model.training.test_dataset import CLIP, Frames

CONFIG = tiny_config()
_ASKED = "Select the most appropriate category based on the video."


def _example(options: tuple[str, ...], clip: str = CLIP.name) -> Example:
    item = Item(Task.CATEGORY_MATCHING, "youtube/1", options, 2)
    return Example("A title\n" + item.prompt(), "C", Path(clip), item)


def _dataset(*examples: Example) -> ExampleDataset:
    config = replace(CONFIG, language=replace(CONFIG.language, max_tokens=250))
    return ExampleDataset(list(examples), config, tiny_encoder(config), Frames())


SHORT = _example(("art", "pets", "food", "travel"))
LONG = _example(("art", "pets" * 40, "food", "travel" * 50))


def test_a_question_that_fits_is_asked_whole() -> None:
    asked = _dataset(SHORT).asked(0)

    assert isinstance(asked, Asked)
    assert asked.fitted.prompt == SHORT.prompt
    assert not asked.fitted.is_shortened


def test_long_options_are_cut_at_one_length_and_keep_their_letters() -> None:
    asked = _dataset(LONG).asked(0)

    assert isinstance(asked, Asked)
    assert asked.fitted.is_shortened
    lines = asked.fitted.prompt.split("\n")
    assert lines[:2] == ["A title", _ASKED]
    assert [line[:2] for line in lines[2:6]] == ["A.", "B.", "C.", "D."]
    first, second, third, fourth = asked.fitted.question.options
    assert (first, third) == ("art", "food")
    assert second.endswith("…")
    assert len(second) == len(fourth)
    assert asked.fitted.question.answer == 2


def test_an_item_with_cut_options_is_not_learnt_but_counted() -> None:
    dataset = _dataset(SHORT, LONG)

    assert not isinstance(dataset[0], Skipped)
    skipped = dataset[1]
    assert isinstance(skipped, Skipped)
    assert skipped.reason.startswith(LONG_OPTIONS)


def test_what_was_shortened_or_could_not_be_shown_is_counted() -> None:
    examples = [SHORT, LONG, _example(("a", "b", "c", "d"), "broken.mp4")]

    results = answer_questions(
        lambda videos, _: ["C"] * len(videos), _dataset(*examples), examples
    )

    assert results.scores.pooled.item_count == 2
    assert results.scores.macro_pct == 100
    assert (results.skipped_count, results.shortened_count) == (1, 1)


def test_decoding_in_other_processes_measures_the_same() -> None:
    examples = [
        Example("x", f"comment {number}", Path(name))
        for number, name in enumerate([CLIP.name, "broken.mp4", CLIP.name])
    ]
    dataset, network = _dataset(*examples), tiny_network(CONFIG)
    collator = Collator(CONFIG, tiny_encoder(CONFIG).padding_id)

    here, there = (
        comment_perplexity(network, dataset, examples, collator, workers=workers)
        for workers in (0, 2)
    )

    assert here == there
    assert here.skipped_count == 1
    assert here.token_count == 2 * len("comment 0.")
