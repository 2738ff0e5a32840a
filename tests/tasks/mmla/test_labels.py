"""Prompts, label replies, metrics and the published table of MMLA."""

import math
from collections.abc import Sequence
from random import Random

import pytest
from sklearn.metrics import precision_recall_fscore_support

from tasks.mmla.metrics import (
    UNREADABLE,
    as_published,
    classification,
    majority_pct,
)
from tasks.mmla.parsing import parse_label
from tasks.mmla.prompts import Wording, label_orders, prompt
from tasks.mmla.published import NOT_LEGIBLE, published_rows
from tasks.mmla.sets import all_sets

SETS = all_sets()
INTENT = SETS["MIntRec"]


def test_the_sets_are_the_papers() -> None:
    counts = [len(labels.labels) for labels in SETS.values()]

    assert counts == [20, 30, 12, 12, 7, 6, 2, 3, 2, 2, 3, 4]
    # The paper says 12,093 test samples; its own table adds up to this.
    assert sum(labels.test_size for labels in SETS.values()) == 15_711


def test_the_papers_wording_and_the_codes_are_both_there() -> None:
    paper = prompt(SETS["MUStARD"], "Oh, great")
    code = prompt(SETS["MUStARD"], "Oh, great", wording=Wording.CODE)

    assert paper.splitlines() == [
        "You are presented with a video in which the speaker says: Oh, great.",
        (
            "Based on the textual, visual, and audio content, what is the speaking"
            " style of this speaker?"
        ),
        "The candidate labels for speaking style are: sincere, sarcastic.",
        "Respond in the following format: speaking style: label.",
        "Only one label should be provided.",
    ]
    assert "Based on the text, video, and audio content" in code
    assert "are: [sincere, sarcastic]." in code
    assert "Respond in the format: 'speaking style: [label]'." in code


def test_without_a_video_the_text_alone_is_named() -> None:
    for wording in Wording:
        text = prompt(SETS["MELD"], "Hi", wording=wording, shows_video=False)
        assert "video" not in text
        assert "audio" not in text


def test_labels_are_turned_by_quarters_of_their_list() -> None:
    assert [order[0] for order in label_orders(INTENT)] == [
        *("complain", "agree", "comfort", "introduce"),
    ]
    assert len(label_orders(SETS["MOSI"])) == 2
    for labels in SETS.values():
        for order in label_orders(labels):
            assert sorted(order) == sorted(labels.labels)


@pytest.mark.parametrize(
    "text",
    [
        *("praise", "Praise", "PRAISE.", "[praise]", '"praise"', "**praise**"),
        *(
            "intent: praise",
            "Intent: Praise.",
            "intent: [praise]",
            "'intent: [praise]'",
        ),
        *("**intent**: praise", "intent:praise", "Intent: **praise**", "(praise)"),
        *("<think>complain?</think>intent: praise", "praise\nintent: praise"),
    ],
)
def test_these_say_praise(text: str) -> None:
    assert parse_label(text, INTENT) == "praise"


@pytest.mark.parametrize(
    "text",
    [
        *("", "intent:", "intent: praise, thank", "praise or thank", "happy"),
        *("The intent is praise", "The speaker wants to praise.", "praise\nthank"),
        *("intent: unknown", "emotion: praise", "I can't help with that."),
        *("intent: praise\nBecause she smiles.", "<think>praise"),
    ],
)
def test_these_are_no_label(text: str) -> None:
    assert parse_label(text, INTENT) is None


def test_accepted_spellings_are_read_in_replies_too() -> None:
    therapist = SETS["Anno-MI-therapist"]

    assert parse_label("intent: apologize", INTENT) == "apologise"
    for text in ("input", "communication behavior: therapist input", "therapist_input"):
        assert parse_label(text, therapist) == "therapist_input"
    assert parse_label("communication behaviour: reflection", therapist) == "reflection"
    assert parse_label("communication_behavior: other", therapist) == "other"
    act = SETS["MELD-DA"]
    assert parse_label("dialogue act: statement-opinion", act) == "statement-opinion"


@pytest.mark.parametrize("tables", [150, pytest.param(1000, marks=pytest.mark.nightly)])
def test_metrics_are_those_of_scikit_learn_on_random_tables(tables: int) -> None:
    random = Random(1)  # noqa: S311
    for _ in range(tables):
        labels = random.choice([one.labels for one in SETS.values()])
        count = random.randint(1, 40)
        gold = random.choices(labels, k=count)
        said = random.choices([*labels, UNREADABLE], k=count)
        ours = classification(gold, said, labels)
        theirs = _theirs(gold, said, labels, "macro")
        assert [ours.precision, ours.recall, ours.f1] == theirs
        theirs = _theirs(gold, said, labels, "weighted")
        assert [ours.weighted_precision, ours.accuracy, ours.weighted_f1] == theirs
        published = as_published(gold, said)
        theirs = _theirs(gold, said, sorted({*gold, *said}), "macro")
        assert [published.precision, published.recall, published.f1] == theirs


def _theirs(
    gold: list[str], said: list[str], labels: Sequence[str], average: str
) -> object:
    figures = precision_recall_fscore_support(
        gold, said, labels=[*labels], average=average, zero_division=0
    )
    return pytest.approx([100 * figure for figure in figures[:3]])


def test_an_unreadable_reply_lowers_recall_and_adds_no_class() -> None:
    gold, said = ["a", "a", "b", "b"], ["a", UNREADABLE, "b", "b"]

    ours = classification(gold, said, ("a", "b"))
    published = as_published(gold, said)

    assert (ours.accuracy, ours.recall, ours.unreadable_count) == (75, 75, 1)
    assert published.f1 == pytest.approx(ours.f1 * 2 / 3)


def test_without_items_nothing_is_defined() -> None:
    assert math.isnan(classification([], [], ("a",)).accuracy)
    assert math.isnan(majority_pct([]))
    assert majority_pct(["a", "a", "b"]) == pytest.approx(200 / 3)


def test_printed_averages_are_pooled_over_test_items() -> None:
    reproduced = [
        row.model
        for row in published_rows()
        if row.setting == "zero-shot"
        and row.metric == "ACC"
        and row.printed_average is not None
        and abs(row.pooled(SETS) - row.printed_average) <= 0.12
    ]

    # All that print one but LLaVA-OV-72B, whose figures give 51.71 instead of 52.44.
    assert len(reproduced) == 13
    assert "LLaVA-OV-72B" not in reproduced
    assert "GPT-4o" in reproduced


def test_the_mean_of_the_sets_is_another_number() -> None:
    row = next(
        row for row in published_rows() if (row.model, row.metric) == ("GPT-4o", "ACC")
    )

    assert row.pooled(SETS) == pytest.approx(52.61, abs=0.005)
    assert abs(row.macro - row.pooled(SETS)) > 1


def test_what_could_not_be_read_is_shown_as_that_and_never_as_zero() -> None:
    row = next(
        row
        for row in published_rows()
        if (row.setting, row.model, row.metric) == ("SFT", "Qwen2-7B", "ACC")
    )

    assert not row.is_whole
    assert row.shown("MUStARD") == NOT_LEGIBLE
    # The others still give the printed average.
    assert row.pooled(SETS) == pytest.approx(66.15, abs=0.12)
    assert len(published_rows()) == 240
