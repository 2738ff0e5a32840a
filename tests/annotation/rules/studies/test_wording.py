"""One wording of the instrument, wherever it is read."""

import re
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from analysis.export.codebook import codebook
from annotation.instrument import INSTRUMENTS, PAPER, Instrument
from annotation.models import DocumentKind
from annotation.rules.studies.default_documents import default_document
from annotation.rules.studies.wording import filled, localised
from tests.factories import give_work, join, make_document, make_open_study

EVERY = pytest.mark.parametrize(
    "instrument", INSTRUMENTS.values(), ids=INSTRUMENTS.keys()
)


@EVERY
def test_the_default_guidelines_say_what_the_instrument_says(
    instrument: Instrument,
) -> None:
    text = filled(default_document(DocumentKind.GUIDELINES), instrument)

    scale = instrument.scale
    assert f"| {scale.lowest} | {scale.low_anchor} |" in text
    assert f"| {scale.highest} | {scale.high_anchor} |" in text
    assert all(f"**{option.label}**" in text for option in instrument.verdicts)
    assert "{" not in text


def test_other_braces_in_a_text_stay() -> None:
    assert filled("Write {name} and {lowest}.", PAPER) == "Write {name} and 0."


def test_a_value_without_words_has_no_row_in_the_guidelines() -> None:
    words = (PAPER.scale.low_anchor, "", "", "", "", PAPER.scale.high_anchor)
    table = filled("{scale}", replace(PAPER, scale=replace(PAPER.scale, words=words)))

    assert [line.split(" | ")[0] for line in table.splitlines()[2:]] == ["| 0", "| 5"]


@pytest.mark.django_db
@EVERY
def test_page_guidelines_and_codebook_have_one_wording_of_the_anchors(
    client: Client, instrument: Instrument
) -> None:
    study = make_open_study(instrument=instrument)
    text = default_document(DocumentKind.GUIDELINES)
    membership = join(study, guidelines=make_document(study, text=text))
    assignment = give_work(membership)
    assert membership.user is not None
    client.force_login(membership.user)

    judge = read(client, reverse("annotation:judge", args=[assignment.public_id]))
    guidelines = read(client, reverse("annotation:guidelines", args=[study.public_id]))
    texts = {"judge": judge, "guidelines": guidelines, "codebook": codebook(instrument)}

    for name, found in texts.items():
        assert instrument.scale.low_anchor in found, name
        assert instrument.scale.high_anchor in found, name
    # Nowhere else is the highest value described in other words.
    labels = set(
        re.findall(rf'aria-label="{instrument.scale.highest}: ([^"]+)"', judge)
    )
    assert labels == {instrument.scale.high_anchor}


def read(client: Client, path: str) -> str:
    return unescape(client.get(path).content.decode())


def test_the_words_are_shown_in_the_readers_language() -> None:
    with override("en"):
        assert localised(PAPER) == PAPER
