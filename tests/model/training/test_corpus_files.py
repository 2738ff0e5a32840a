"""Records are filtered by licence and split by video."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.records import record_line
from model.training.corpus_files import is_held_out, read_records
from model.training.errors import TrainingError
from tests.tasks.records import corpus


def test_only_records_under_an_allowed_licence_are_read(tmp_path: Path) -> None:
    free, unclear, unsaid = corpus()[:3]
    file = tmp_path / "records.jsonl"
    file.write_text(
        record_line(replace(free, extra={"license": "CC0-1.0"}))
        + record_line(replace(unclear, extra={"license": "none stated"}))
        + record_line(unsaid)
        + "no record\n"
    )

    read = read_records([str(file)], ["CC0-1.0"])

    assert [record.external_id for record in read.records] == [free.external_id]
    assert read.other_license_count == 2
    assert read.refused_line_count == 1


def test_a_missing_file_is_named() -> None:
    with pytest.raises(TrainingError, match=r"nowhere\.jsonl is no file"):
        read_records(["nowhere.jsonl"])


def test_a_video_is_held_out_by_its_name_alone() -> None:
    many = [replace(corpus()[0], external_id=str(number)) for number in range(2000)]

    held_out = [record for record in many if is_held_out(record, 0.1)]

    assert 140 < len(held_out) < 260
    assert all(is_held_out(replace(r, title="other"), 0.1) for r in held_out)
    # A larger share holds out the same videos and more.
    assert all(is_held_out(record, 0.2) for record in held_out)
