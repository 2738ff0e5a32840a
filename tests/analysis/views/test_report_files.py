"""Files of the report: each kind can be taken away and agrees with the page."""

import io
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from tests.analysis.views.report_pages import judged_study, researcher_of

pytestmark = pytest.mark.django_db


def test_page_command_and_file_agree_to_the_last_digit(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.core.management import call_command

    study = judged_study().study
    client.force_login(researcher_of(study))

    response = client.get(
        reverse("analysis:report_file", args=[study.public_id, "json"])
    )
    call_command("report", study.key, "--format", "json")

    assert response.content.decode() == capsys.readouterr().out
    assert 'filename="' + study.key in response["Content-Disposition"]


@pytest.mark.parametrize("style", ["json", "csv", "md", "latex"])
def test_every_report_file_can_be_taken_away(client: Client, style: str) -> None:
    study = judged_study().study
    client.force_login(researcher_of(study))

    response = client.get(
        reverse("analysis:report_file", args=[study.public_id, style])
    )

    assert response.status_code == 200
    assert "alpha" in response.content.decode().lower()


def test_the_table_of_a_paper_is_one_download_of_the_page(client: Client) -> None:
    study = judged_study().study
    client.force_login(researcher_of(study))
    link = reverse("analysis:report_file", args=[study.public_id, "paper"])

    page = client.get(reverse("analysis:downloads", args=[study.public_id]))
    packed = ZipFile(io.BytesIO(client.get(link).content))

    for address in (link, reverse("analysis:everything", args=[study.public_id])):
        assert f'href="{address}"' in page.content.decode()
    for suffix in ("tex", "md", "csv"):
        assert "Alpha One" in packed.read(f"paper-table.{suffix}").decode()


@pytest.mark.parametrize("style", ["csv", "parquet", "jsonl"])
def test_every_judgments_file_can_be_taken_away(client: Client, style: str) -> None:
    study = judged_study().study
    client.force_login(researcher_of(study))

    response = client.get(
        reverse("analysis:judgments_file", args=[study.public_id, style])
    )

    content = response.getvalue()
    assert content
    if style != "parquet":
        assert content.count(b"\n") == 36 + (style == "csv")


@pytest.mark.parametrize("name", ["report_file", "judgments_file"])
def test_a_file_of_another_kind_does_not_exist(client: Client, name: str) -> None:
    study = judged_study().study
    client.force_login(researcher_of(study))

    response = client.get(reverse(f"analysis:{name}", args=[study.public_id, "exe"]))

    assert response.status_code == 404
