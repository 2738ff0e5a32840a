"""One line describes a column: whatever writes, shows or reads the table agrees."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client

from analysis.export.codebook import codebook
from analysis.export.long_table import csv_blocks, jsonl_blocks, write_parquet
from analysis.judgments.reading import read_judgments
from annotation.instrument import PAPER
from annotation.long_table import Use, names
from docs.columns import PAGE, with_columns
from tests.analysis.studies import Judged, make_judged_study
from tests.factories import make_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged() -> Judged:
    return make_judged_study(videos=1, annotators=1)


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(make_admin())
    return client


def get(client: Client, address: str) -> Any:  # noqa: ANN401
    response = client.get(address, headers={"Accept": "application/json"})
    return json.loads(response.content)


def described_in(page: str) -> tuple[str, ...]:
    """The columns that a table in Markdown describes."""
    return tuple(
        line.split("`")[1] for line in page.splitlines() if line.startswith("| `")
    )


def test_every_format_has_the_columns_in_their_order(
    judged: Judged, tmp_path: Path
) -> None:
    header = b"".join(csv_blocks(judged.study)).decode().splitlines()[0]
    line = b"".join(jsonl_blocks(judged.study)).decode().splitlines()[0]
    write_parquet(judged.study, tmp_path / "t.parquet")

    assert tuple(next(csv.reader(io.StringIO(header)))) == names()
    assert tuple(json.loads(line)) == names()
    assert tuple(pq.read_schema(tmp_path / "t.parquet").names) == names()


def test_the_api_answers_and_describes_the_columns_in_their_order(
    judged: Judged, researcher: Client
) -> None:
    row = get(researcher, f"/api/judgments/?study={judged.study.public_id}")
    schema = get(researcher, "/api/schema/")["components"]["schemas"]["Judgment"]

    assert tuple(row["results"][0]) == names()
    assert tuple(schema["properties"]) == names()
    seconds = schema["properties"]["seconds"]
    assert seconds["description"].startswith("how long the comment had been in view")
    assert seconds["nullable"]


def test_the_api_and_the_exports_give_the_same_cells(
    judged: Judged, researcher: Client
) -> None:
    lines = b"".join(jsonl_blocks(judged.study)).decode().splitlines()
    exported = {row["comment_id"]: row for row in map(json.loads, lines)}

    rows = get(researcher, f"/api/judgments/?study={judged.study.public_id}")["results"]

    assert {row["comment_id"]: row for row in rows} == exported


def test_codebook_and_documentation_describe_the_columns_in_their_order() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert described_in(codebook(PAPER)) == names()
    assert page == with_columns(page), "run `python -m docs.columns`"


def test_a_file_of_the_columns_that_the_analysis_reads_is_read(
    judged: Judged, tmp_path: Path
) -> None:
    known = names(Use.NEEDED, Use.ANSWER, Use.HELPFUL)
    rows = list(
        csv.DictReader(io.StringIO(b"".join(csv_blocks(judged.study)).decode()))
    )
    paths = tmp_path / "all.csv", tmp_path / "known.csv"
    for path, columns in zip(paths, (names(), known), strict=True):
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)

    whole, narrow = map(read_judgments, paths)

    assert whole.fingerprint == narrow.fingerprint
