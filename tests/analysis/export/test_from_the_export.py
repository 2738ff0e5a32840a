"""Everything on the page follows from the export alone, to the last digit."""

import json
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.export.long_table import csv_blocks, write_parquet
from analysis.reporting.care import care_csv
from analysis.reporting.rendering import as_json
from analysis.selectors.studies import annotators_care
from analysis.services.reports import study_report
from tests.analysis.studies import make_judged_study, plausible, submit
from tests.factories import make_source, make_video

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("file", ["t.csv", "t.parquet"])
def test_the_export_gives_every_figure_and_table_of_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    videos = [
        make_video(category=("=food" if number % 2 else "travel"))
        for number in range(16)
    ]
    judged = make_judged_study(
        videos=videos, ai_sources=[make_source("alpha"), make_source("beta")]
    )
    study = judged.study
    for place, first in enumerate(judged.assignments[:3]):
        comments = list(first.batch.batch_comments.select_related("source", "batch"))
        submit(
            first.membership,
            comments,
            lambda comment, annotator: plausible(comment, annotator + comment.slot),
            number=20,
            annotator=place,
            repeat_of=first,
        )
    page = json.loads(as_json(study_report(study)))
    (tmp_path / "t.csv").write_bytes(b"".join(csv_blocks(study)))
    write_parquet(study, tmp_path / "t.parquet")

    (tmp_path / "care.csv").write_text(care_csv(annotators_care(study)))

    main(
        [
            *(str(tmp_path / file), "--sources", "human,alpha,beta"),
            *("--care", str(tmp_path / "care.csv"), "--format", "json"),
        ]
    )

    again = json.loads(capsys.readouterr().out)
    assert again["metrics"] == page["metrics"]
    assert again["provenance"]["fingerprint"] == page["provenance"]["fingerprint"]
    # No figure of the judgments: what wrote the comments is in the bundle alone.
    assert page["tables"].pop("variants")
    titles = {title: key for key, title in page["provenance"]["titles"].items()}
    assert json.dumps(again["tables"]) == _with_names(page["tables"], titles)
    for name in (
        "score_at_k",
        "references",
        "areas",
        "roc",
        "categories",
        "care",
        "variances",
    ):
        assert page["tables"][name], name


def _with_names(tables: object, titles: dict[str, str]) -> str:
    """The tables with names for titles, which an export's report does not know."""
    text = json.dumps(tables)
    for title, key in titles.items():
        text = text.replace(title, key)
    return text
