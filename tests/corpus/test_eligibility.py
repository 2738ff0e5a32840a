"""One rule for everybody: what one origin's texts cannot have, none may have."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cleaning import UnusableReason, clean_comment, display_text
from corpus.eligibility import LONGEST, IneligibleReason, ineligible_reason
from generation.cleaning import clean

_WORDS = st.lists(
    st.sampled_from(
        [
            *("Comment: ", "- ", "2. ", "**", '"', "\n", "so good", " lol ", "<think>"),
            *("Here's a comment:", "Note: ", "&#45; ", "\u200b", "word " * 60, "```"),
        ]
    ),
    max_size=8,
).map("".join)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a" * LONGEST, None),
        ("a" * (LONGEST + 1), IneligibleReason.TOO_LONG),
        ("- finally", IneligibleReason.WRAPPED),
        ("1. the dog 2. the cat", IneligibleReason.WRAPPED),
        ("Answer: never", IneligibleReason.WRAPPED),
        ("**so good**", IneligibleReason.WRAPPED),
        ("so **good**", None),
        ("2 minutes in and I'm crying", None),
        ("me: I'll sleep early. also me:", None),
    ],
)
def test_says_what_no_text_in_a_batch_may_be(
    text: str, reason: IneligibleReason | None
) -> None:
    assert ineligible_reason(text) is reason


def test_a_comment_of_several_lines_is_folded_and_eligible() -> None:
    comment = clean_comment("first line\n\nsecond line")

    assert (comment.text, comment.is_usable) == ("first line second line", True)


def test_what_is_not_eligible_is_kept_as_received_and_not_usable() -> None:
    received = "wow " * 200

    comment = clean_comment(received)

    assert comment.unusable_reason is UnusableReason.TOO_LONG
    assert comment.received == received


@given(_WORDS)
def test_a_model_can_write_every_eligible_text_of_people_and_the_reverse(
    received: str,
) -> None:
    shown = display_text(received)
    if shown and ineligible_reason(shown) is None:
        # A model that says the same words is shown with the same words ...
        assert clean_comment(clean(shown).text).text == shown
    written = clean_comment(clean(received).text)
    if written.is_usable:
        # ... and what a model can be shown with is usable in a person's mouth too.
        assert clean_comment(written.text) == written._replace(received=written.text)


def test_few_real_comments_are_left_out(shared_data: Path) -> None:
    lines = (shared_data / "mimic_data.jsonl").read_text("utf-8").splitlines()
    texts = [c["text"] for line in lines for c in json.loads(line)["comments"]]

    reasons = [clean_comment(text).unusable_reason for text in texts]

    assert 0 < reasons.count(UnusableReason.TOO_LONG) < 0.08 * len(texts)
    assert 0 < reasons.count(UnusableReason.WRAPPED) < 0.02 * len(texts)
