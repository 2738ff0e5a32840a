"""What can be taken away besides tables: a dataset folder, and the page as one file."""

import hashlib
import io
import json
import warnings
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import mlcroissant
import pandas as pd
import pyarrow as pa
import pytest
import yaml
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pyarrow import parquet

import analysis
from analysis.export.dataset_folder import write_dataset
from analysis.models import StoredReport
from analysis.selectors.database import judgments_of
from analysis.services.figures import draw_figures
from annotation.services.people.exclusions import exclude_annotator
from tests.analysis.bundles import printed_command
from tests.analysis.studies import Judged, make_judged_study
from tests.factories import make_admin, make_researcher, make_source
from tests.installed import Installed

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged() -> Judged:
    return make_judged_study(
        title='A study: "quoted"',
        ai_sources=[make_source("alpha", title="Alpha <One>"), make_source("beta")],
    )


def front_matter(card: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(card.split("---\n")[1])
    return found


def test_the_card_names_the_table_that_lies_beside_it(
    judged: Judged, tmp_path: Path
) -> None:
    write_dataset(judged.study, tmp_path)

    card = (tmp_path / "README.md").read_text()
    described = front_matter(card)
    assert described["pretty_name"] == 'A study: "quoted"'
    assert described["size_categories"] == ["n<1K"]
    file = described["configs"][0]["data_files"][0]
    assert file["split"] == "test"
    table = pd.read_parquet(tmp_path / file["path"])
    assert len(table) == 36
    assert "36 judgments" in card
    for column in table.columns:
        assert f"| `{column}` |" in card


def test_croissant_describes_the_table_and_is_valid(
    judged: Judged, tmp_path: Path
) -> None:
    write_dataset(judged.study, tmp_path)

    content = json.loads((tmp_path / "croissant.json").read_text())
    (file,), (records,) = content["distribution"], content["recordSet"]
    packed = (tmp_path / file["contentUrl"]).read_bytes()
    assert hashlib.sha256(packed).hexdigest() == file["sha256"]
    columns = parquet.read_schema(tmp_path / file["contentUrl"]).names
    assert [field["name"] for field in records["field"]] == columns
    with warnings.catch_warnings(action="ignore"):  # what the card leaves to people
        found = mlcroissant.Dataset(jsonld=tmp_path / "croissant.json")
    assert not found.metadata.ctx.issues.errors


def test_the_folder_holds_what_the_report_counts(
    judged: Judged, tmp_path: Path
) -> None:
    out = judged.annotators[0]
    exclude_annotator(membership=out, actor=make_researcher(), reason="asleep")

    write_dataset(judged.study, tmp_path)

    data = analysis.read_judgments(tmp_path / "data" / "judgments.parquet")
    assert data.fingerprint == judgments_of(judged.study).fingerprint
    assert f"{out.code}: asleep" in (tmp_path / "README.md").read_text()


def test_the_command_of_the_card_makes_the_report_from_the_folder_alone(
    judged: Judged, tmp_path: Path, installed: Installed
) -> None:
    write_dataset(judged.study, tmp_path)

    printed = installed.run(printed_command(tmp_path), cwd=tmp_path)

    assert " passed as human in " in printed


def test_no_column_is_a_dictionary_that_readers_may_not_know(
    judged: Judged, tmp_path: Path
) -> None:
    write_dataset(judged.study, tmp_path)

    schema = parquet.read_schema(tmp_path / "data" / "judgments.parquet")
    assert not any(pa.types.is_dictionary(field.type) for field in schema)
    assert schema.field("score").type == pa.int8()


def test_the_command_writes_the_folder_and_wants_one(
    judged: Judged, tmp_path: Path
) -> None:
    command = ("export_judgments", judged.study.key, "--format", "huggingface")

    call_command(*command, "-o", str(tmp_path / "made"))

    assert (tmp_path / "made" / "data" / "judgments.parquet").is_file()
    with pytest.raises(CommandError, match="needs a folder"):
        call_command(*command)


def test_the_folder_can_be_downloaded_as_a_zip(judged: Judged, client: Client) -> None:
    client.force_login(make_admin())

    response = client.get(
        reverse("analysis:judgments_file", args=[judged.study.public_id, "huggingface"])
    )

    with ZipFile(io.BytesIO(response.getvalue())) as packed:
        names = set(packed.namelist())
    key = judged.study.key
    described = ("README.md", "croissant.json", "instrument.json")
    assert names == {f"{key}/{n}" for n in (*described, "data/judgments.parquet")}


def test_the_page_as_one_file_needs_nothing_else(
    judged: Judged, client: Client
) -> None:
    client.force_login(make_admin())

    url = reverse("analysis:report_file", args=[judged.study.public_id, "html"])
    waiting = client.get(url)
    draw_figures(report_id=StoredReport.objects.get().pk)  # as the worker does

    text = client.get(url).content.decode()
    assert waiting.status_code == 503
    assert text.count('<img src="data:image/svg+xml;base64,') >= 4
    text = text.replace('src="data:', "")
    assert text.startswith("<!DOCTYPE html>")
    assert "passed as human in" in text
    assert "Alpha &lt;One&gt;" in text
    assert '<svg class="interval"' in text
    assert "--paper:" in text
    for needed in ("<script", "<link", "src=", 'href="/', "<form"):
        assert needed not in text
