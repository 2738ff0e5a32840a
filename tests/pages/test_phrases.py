"""Texts that are kept in English and shown in the reader's language."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import translation

from annotation.models import StudyEvent
from annotation.rules.imports import RowError, read_comments
from annotation.templatetags.studies import action, detail
from corpus.importing.error_file import ErrorFile
from corpus.importing.uploads import Refusals
from corpus.record_parsing import parse_record
from corpus.records import InvalidRecordError, LineError
from corpus.templatetags.corpus_words import reason_words
from pages.phrases import ngettext, phrase, phrase_as_json, phrase_from_json
from tests.pseudo import CODE, right_to_left


def shown(error: RowError | LineError, folder: Path) -> tuple[str, str]:
    """The reason as a page shows it, in English and in another language."""
    with ErrorFile(folder / "errors") as file:
        refusals = Refusals(file)
        refusals.add(error)
    stored = json.loads(json.dumps(refusals.first))
    english = reason_words(stored[0])
    with right_to_left(folder / "locale"), translation.override(CODE):
        return english, reason_words(stored[0])


def test_a_phrase_survives_being_stored() -> None:
    kept = phrase("must be %(wanted)s", wanted=phrase("an object"))
    count = ngettext("%(number)s line", "%(number)s lines", 2)

    for text in (kept, count, "100 % as it is"):
        assert phrase_from_json(json.loads(json.dumps(phrase_as_json(text)))) == text


def test_why_a_row_was_rejected_is_said_in_the_reader_s_language(
    tmp_path: Path,
) -> None:
    (error,) = read_comments(BytesIO(b"video,source,text\na:1,b\n"))
    assert isinstance(error, RowError)

    english, other = shown(error, tmp_path)

    assert english.startswith("2 fields instead of 3. Put texts that contain")
    assert other.startswith("2 וטהלדק")


def test_why_a_record_was_rejected_is_said_in_the_reader_s_language(
    tmp_path: Path,
) -> None:
    line = b'{"platform": "a", "external_id": "1", "tags": 3}'
    with pytest.raises(InvalidRecordError) as raised:
        parse_record(line)
    error = raised.value
    refused = LineError(1, error.code, error.field_name, error.reason)

    english, other = shown(refused, tmp_path)

    assert english == "must be a list of strings, not a number"
    assert not set(other) & set("abcdefghijklmnopqrstuvwxyz")


def test_the_log_is_in_the_reader_s_language(tmp_path: Path) -> None:
    event = StudyEvent(
        action="settings changed", detail={"seed": 3, "lease": {"from": 2, "to": None}}
    )
    assert action(event) == "Settings changed"
    assert detail(event) == "seed 3, lease 2 → nothing"

    with right_to_left(tmp_path), translation.override(CODE):
        assert action(event).startswith("קהררטנזק")
        assert detail(event).startswith("קההד 3")
