"""Preference data: what is in them, and what is refused."""

import json
import warnings
from hashlib import sha256
from pathlib import Path
from typing import Any

import mlcroissant
import pytest
from django.core.management import CommandError, call_command

from analysis.models import PreferenceExport, PreferenceVideo
from analysis.preferences.pairs import SUREST
from annotation.models import DocumentKind, Membership, Study
from corpus.models import VideoSelection
from tests.analysis.preferences.studies import make_consented_study
from tests.factories import make_document

pytestmark = pytest.mark.django_db


def export(study: Study, kind: str, folder: Path) -> list[dict[str, Any]]:
    """The lines of all splits; the card beside them is one that others' tools read."""
    call_command("export_preferences", study.key, "--kind", kind, "-o", folder)
    card = json.loads((folder / "croissant.json").read_text("utf-8"))
    for file in card["distribution"]:
        content = (folder / file["contentUrl"]).read_bytes()
        assert sha256(content).hexdigest() == file["sha256"]
    with warnings.catch_warnings(action="ignore"):  # what the card leaves to people
        found = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    assert not found.metadata.ctx.issues.errors
    return [
        json.loads(line)
        for name in ("train", "validation", "test")
        for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]


def refusal(study: Study, folder: Path) -> str:
    with pytest.raises(CommandError) as error:
        export(study, "binary", folder)
    return str(error.value)


def test_pairs_are_sure_of_one_video_and_never_of_both_origins_alone(
    tmp_path: Path,
) -> None:
    study = make_consented_study()
    call_command("training_use", study.key, "--consent", "1")

    rows = export(study, "pairs", tmp_path / "pairs")

    home = {
        (row.batch.video.label, row.comment.text, row.source.key)
        for batch in study.batches.all()
        for row in batch.batch_comments.select_related(
            "batch__video", "comment", "source"
        )
    }
    assert rows
    for row in rows:
        assert row["p"] >= SUREST
        assert row["margin"] > 0
        assert (row["video"], row["chosen"], row["chosen_source"]) in home
        assert (row["video"], row["rejected"], row["rejected_source"]) in home
        assert {row["chosen_origin"], row["rejected_origin"]} <= {"human", "ai"}
    for video in {row["video"] for row in rows}:
        own = [row for row in rows if row["video"] == video]
        mixed = [row for row in own if row["chosen_origin"] != row["rejected_origin"]]
        assert len(own) <= 10
        assert 2 * len(mixed) <= len(own)
    readme = (tmp_path / "pairs" / "README.md").read_text("utf-8")
    stored = PreferenceExport.objects.get()
    assert stored.preferences_hash in readme
    assert f"{len(rows)} pairs are of a human and an AI comment" in readme


def test_splits_are_by_video_with_every_platform_in_them(tmp_path: Path) -> None:
    study = make_consented_study()
    call_command("training_use", study.key, "--consent", "1")

    rows = export(study, "binary", tmp_path / "binary")

    assert len(rows) == 80
    assert all(
        row["weight"] == pytest.approx(abs(2 * row["looks_human"] - 1), abs=1e-4)
        for row in rows
    )
    parts = {
        row.video.label: row.split
        for row in PreferenceVideo.objects.select_related("video")
    }
    assert sorted(parts.values()).count("train") == 16
    test_videos = [name for name, part in parts.items() if part == "test"]
    assert {name.partition(":")[0] for name in test_videos} == {"site0", "site1"}
    # The same data give the same files.
    export(study, "binary", tmp_path / "again")
    assert PreferenceExport.objects.count() == 1


def test_individual_judgments_name_nobody(tmp_path: Path) -> None:
    study = make_consented_study(videos=10, annotators=3)
    call_command("training_use", study.key, "--consent", "1")

    rows = export(study, "individual", tmp_path / "all")

    assert len(rows) == 120
    assert {row["annotator"] for row in rows} == {1, 2, 3}
    codes = Membership.objects.filter(study=study).values_list("code", flat=True)
    text = "".join(path.read_text("utf-8") for path in (tmp_path / "all").iterdir())
    assert not [code for code in codes if code in text]


def test_nothing_without_consent_for_training(tmp_path: Path) -> None:
    study = make_consented_study(videos=10, annotators=3)
    folder = tmp_path / "none"

    assert "recorded as naming training" in refusal(study, folder)

    # Another text names it, which nobody agreed to.
    make_document(study, DocumentKind.CONSENT)
    call_command("training_use", study.key, "--consent", "2")
    assert "3 annotators agreed to no text that names training" in refusal(
        study, folder
    )

    # One of them agrees to it.
    member = Membership.objects.filter(study=study, consent__isnull=False).first()
    assert member is not None
    member.consent = study.documents.get(kind=DocumentKind.CONSENT, version=2)
    member.save(update_fields=["consent"])
    rows = export(study, "individual", folder)
    assert {row["annotator"] for row in rows} == {1}


def test_evaluation_only_studies_and_benchmark_videos_are_refused(
    tmp_path: Path,
) -> None:
    study = make_consented_study(videos=10, annotators=3)
    call_command("training_use", study.key, "--consent", "1", "--evaluation-only")
    assert "evaluation only" in refusal(study, tmp_path / "none")

    call_command("training_use", study.key, "--not-evaluation-only")
    kept, *benchmark = [batch.video for batch in study.batches.all()]
    selection = VideoSelection.objects.create(key="benchmark", title="Benchmark")
    selection.videos.set(benchmark)
    call_command("mark_benchmark", "benchmark")
    rows = export(study, "binary", tmp_path / "one")
    assert {row["video"] for row in rows} == {kept.label}

    selection.videos.add(kept)
    assert "10 videos are of a benchmark" in refusal(study, tmp_path / "no")
