"""manage.py report and export_judgments."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

import analysis
from analysis.selectors.database import judgments_of
from tests.analysis.studies import make_judged_study
from tests.factories import make_open_study

pytestmark = pytest.mark.django_db


def test_report_prints_what_its_options_ask_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    study = make_judged_study().study

    call_command(
        "report",
        study.key,
        "--format",
        "json",
        "--levels",
        "definitions",
        "--seed",
        "7",
    )

    content = json.loads(capsys.readouterr().out)
    assert content["provenance"]["seed"] == 7
    assert content["provenance"]["study"] == study.title
    assert "rank/lo/human" not in content["metrics"]


def test_report_of_an_empty_study_is_no_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("report", make_open_study().key)

    assert "No judgments yet." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["nowhere"], "No study has the key nowhere"),
        (["{key}", "--levels", "guesses"], "unknown level guesses"),
    ],
)
def test_report_explains_what_is_wrong(words: list[str], complaint: str) -> None:
    study = make_judged_study(videos=1, annotators=1).study

    with pytest.raises(CommandError, match=complaint) as caught:
        call_command("report", *[word.format(key=study.key) for word in words])

    assert caught.value.returncode == 2


@pytest.mark.parametrize("style", ["csv", "parquet"])
def test_an_export_into_a_file_is_read_back_equal(tmp_path: Path, style: str) -> None:
    study = make_judged_study().study
    path = tmp_path / f"judgments.{style}"

    call_command("export_judgments", study.key, "--format", style, "-o", str(path))

    fingerprint = judgments_of(study).fingerprint
    assert analysis.read_judgments(path).fingerprint == fingerprint


@pytest.mark.parametrize("style", ["csv", "parquet", "jsonl"])
def test_an_export_without_a_file_goes_to_standard_output(
    capfdbinary: pytest.CaptureFixture[bytes], style: str
) -> None:
    study = make_judged_study(videos=1).study

    call_command("export_judgments", study.key, "--format", style)

    printed = capfdbinary.readouterr().out
    starts = {"csv": b"annotator_id,", "parquet": b"PAR1", "jsonl": b'{"annotator_id"'}
    assert printed.startswith(starts[style])


def test_an_export_into_a_missing_folder_is_explained(tmp_path: Path) -> None:
    study = make_judged_study(videos=1).study

    with pytest.raises(CommandError, match="can't be written"):
        call_command("export_judgments", study.key, "-o", str(tmp_path / "no" / "x"))
