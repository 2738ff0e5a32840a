"""The measuring instruments: what each can record, and how it is stored."""

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from annotation.instrument import (
    INSTRUMENTS,
    PAPER,
    Instrument,
    InstrumentError,
    instrument_from_json,
)
from annotation.models import Study
from tests.factories import make_study

EVERY = pytest.mark.parametrize(
    "instrument", INSTRUMENTS.values(), ids=INSTRUMENTS.keys()
)


def test_the_default_is_the_papers() -> None:
    assert list(PAPER.labels.items()) == [("human", "Human"), ("ai", "AI")]
    assert list(PAPER.scale.scores) == [0, 1, 2, 3, 4, 5]
    assert PAPER.scale.low_anchor == "clearly AI or makes no sense"
    assert PAPER.scale.high_anchor == "indistinguishable from a real viewer's comment"


@EVERY
def test_every_value_has_words_that_do_not_ask_for_the_verdict_again(
    instrument: Instrument,
) -> None:
    scale = instrument.scale

    assert all(scale.words)
    for words in (*scale.words[1:-1], scale.low_tag, scale.high_tag):
        assert not {"human", "ai", "person", "machine"} & set(words.lower().split())


@EVERY
def test_every_answer_has_a_key_of_its_own(instrument: Instrument) -> None:
    keys = [option.key for option in instrument.verdicts]
    keys += [value.key for value in instrument.scale.values]

    assert len(set(keys)) == len(keys)


def test_ten_has_a_letter_and_the_digits_their_own_keys() -> None:
    keys = [value.key for value in INSTRUMENTS["human-ai-0-10"].scale.values]

    assert keys == [*"0123456789", "t"]


@EVERY
def test_an_instrument_comes_back_from_json_as_it_was(instrument: Instrument) -> None:
    assert instrument_from_json(json.loads(json.dumps(instrument.as_json()))) == (
        instrument
    )


def with_scale(**changes: object) -> dict[str, Any]:
    values = PAPER.as_json()
    return {**values, "scale": {**values["scale"], **changes}}


def with_verdict(**changes: object) -> dict[str, Any]:
    values = PAPER.as_json()
    human, ai = values["verdicts"]
    extra = {"value": "maybe", "label": "Maybe", "meaning": "either", "key": "m"}
    return {**values, "verdicts": [human, ai, {**extra, "key": "y", **changes}]}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (with_scale(lowest=5), "runs from"),
        (with_scale(highest=11), "up to 10"),
        (with_scale(lowest="0"), "must be a whole number"),
        (with_scale(highest=True), "must be a whole number"),
        (with_scale(words=["bad", "good"]), "6 values needs as many texts"),
        (with_scale(words=["", "", "", "", "", "good"]), "both ends"),
        (with_scale(colour="red"), "colour"),
        ({**PAPER.as_json(), "verdicts": []}, "human and ai"),
        ({**PAPER.as_json(), "version": None}, "must be a whole number"),
        ({"key": "x"}, "scale"),
        (with_verdict(value="human"), "listed twice"),
        (with_verdict(value="May be"), "small letters"),
        (with_verdict(label=""), "no label"),
        (with_verdict(key="h"), "share a key"),
        (with_verdict(key="j"), "judge page needs"),
        (with_verdict(key="YY"), "one small letter"),
    ],
)
def test_what_is_no_instrument_is_refused(values: dict[str, Any], reason: str) -> None:
    with pytest.raises(InstrumentError, match=reason):
        instrument_from_json(values)


@pytest.mark.django_db
def test_a_study_keeps_every_value_of_its_instrument() -> None:
    chosen = INSTRUMENTS["human-ai-1-7"]
    study = make_study(instrument=chosen)

    stored = Study.objects.get(pk=study.pk)

    assert stored.instrument == chosen
    assert Study.objects.filter(instrument__scale__highest=7).get() == study


@pytest.mark.django_db
def test_a_study_takes_nothing_but_an_instrument() -> None:
    for values in ({"key": "x"}, "0 to 5", None):
        with pytest.raises(ValidationError):
            make_study(instrument=values)
