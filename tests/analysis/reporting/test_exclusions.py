"""The report with and without the annotators who were left out."""

import json
from pathlib import Path

import pandas as pd
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

import analysis
from analysis.__main__ import main
from annotation.models import MembershipRole
from annotation.services.people.exclusions import exclude_annotator
from tests.analysis.bundles import repeated, unpacked
from tests.analysis.long_tables import Row, frame, votes
from tests.analysis.studies import make_judged_study
from tests.factories import join, make_researcher
from tests.installed import Installed


def two_tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """What a1 and a2 said, and what the excluded a3 said: everything is human."""
    kept: list[Row] = []
    left_out: list[Row] = []
    for video in (1, 2, 3):
        for one in votes(f"v{video}-human-1", "hhh") + votes(f"v{video}-bot-1", "aah"):
            (left_out if one["annotator_id"] == "a3" else kept).append(one)
    return frame(kept), frame(left_out)


def test_a_report_shows_what_its_figures_would_be_with_everybody() -> None:
    kept, left_out = two_tables()

    report = analysis.report(kept, everyone=pd.concat([kept, left_out]), replicates=0)

    assert report.metrics["judged_human_pct/bot"] == 0
    assert report.metrics["with_excluded/judged_human_pct/bot"] == pytest.approx(
        100 / 3
    )
    assert report.metrics["with_excluded/counts/judgments"] == 18
    table = next(table for table in report.tables if table.key == "exclusions")
    bot = next(row for row in table.records() if row["source"] == "bot")
    assert bot["change_pct"] == pytest.approx(-100 / 3)
    assert bot["without_lo_pct"] is None  # no interval at 0 %


def test_a_report_of_everybody_has_nothing_to_compare() -> None:
    kept, _ = two_tables()

    report = analysis.report(kept, replicates=0)

    assert not any(name.startswith("with_excluded") for name in report.metrics)
    assert "exclusions" not in {table.key for table in report.tables}


def test_the_command_takes_the_judgments_left_out_from_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, left_out = two_tables()
    kept.to_csv(tmp_path / "kept.csv", index=False)
    left_out.to_csv(tmp_path / "out.csv", index=False)

    status = main(
        [
            *(str(tmp_path / "kept.csv"), "--excluded", str(tmp_path / "out.csv")),
            *("--replicates", "0", "--format", "json"),
        ]
    )

    metrics = json.loads(capsys.readouterr().out)["metrics"]
    assert status == 0
    assert metrics["counts/judgments"] == 12
    assert metrics["with_excluded/counts/judgments"] == 18


def test_an_unlike_file_of_exclusions_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, left_out = two_tables()
    kept.to_csv(tmp_path / "kept.csv", index=False)
    left_out.to_parquet(tmp_path / "out.parquet")

    status = main(
        [str(tmp_path / "kept.csv"), "--excluded", str(tmp_path / "out.parquet")]
    )

    assert status == 2
    assert "out.parquet: not like the judgments" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.django_db
def test_page_and_bundle_show_the_report_with_and_without(
    client: Client, tmp_path: Path, installed: Installed
) -> None:
    judged = make_judged_study(videos=3)
    person, out = make_researcher(), judged.annotators[0]
    join(judged.study, person, MembershipRole.RESEARCHER)
    exclude_annotator(membership=out, actor=person, reason="asleep")
    client.force_login(person)

    text = client.get(
        reverse("analysis:report", args=[judged.study.public_id])
    ).content.decode()
    page_json = client.get(
        reverse("analysis:report_file", args=[judged.study.public_id, "json"])
    ).json()
    call_command("report_bundle", judged.study.key, "-o", str(tmp_path / "b.zip"))

    assert "Results with and without excluded annotators" in text
    assert f"{out.code}: asleep (12 judgments)" in text
    folder = unpacked(tmp_path / "b.zip")
    in_bundle = json.loads((folder / "report.json").read_text())["metrics"]
    assert in_bundle == page_json["metrics"]
    assert in_bundle["counts/judgments"] == 24
    assert in_bundle["with_excluded/counts/judgments"] == 36
    assert out.code not in (folder / "judgments.csv").read_text()
    assert repeated(folder, installed)["metrics"] == in_bundle
