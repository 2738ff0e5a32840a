"""Files of the report: each kind can be taken away and agrees with the page."""

import io
import re
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


@pytest.mark.parametrize("style", ["json", "csv", "md", "html", "latex"])
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

    report = client.get(reverse("analysis:report", args=[study.public_id]))
    packed = ZipFile(io.BytesIO(client.get(link).content))

    assert f'href="{link}"' in report.content.decode()
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


@pytest.mark.parametrize(
    ("style", "opening", "kind"),
    [
        ("svg", b'<svg role="img" aria-label="Judged-as-Human of ', "image/svg+xml"),
        ("png", b"\x89PNG", "image/png"),
        ("pdf", b"%PDF", "application/pdf"),
    ],
)
def test_a_figure_can_be_taken_away_for_a_paper(
    client: Client, style: str, opening: bytes, kind: str
) -> None:
    study = judged_study().study
    client.force_login(researcher_of(study))

    response = client.get(
        reverse("analysis:figure", args=[study.public_id, "judged-as-human", style])
    )

    assert response.content.startswith(opening)
    assert response["Content-Type"] == kind
    assert f"{study.key}-judged-as-human.{style}" in response["Content-Disposition"]


@pytest.mark.parametrize(("name", "style"), [("nothing", "svg"), ("scores", "exe")])
def test_a_figure_that_is_not_there_is_not_found(
    client: Client, name: str, style: str
) -> None:
    study = judged_study().study
    client.force_login(researcher_of(study))

    url = reverse("analysis:figure", args=[study.public_id, name, style])

    assert client.get(url).status_code == 404


def test_every_figure_link_of_the_page_leads_to_a_picture(client: Client) -> None:
    study = judged_study().study
    client.force_login(researcher_of(study))
    text = client.get(reverse("analysis:report", args=[study.public_id]))

    links = re.findall(r'href="([^"]+/figures/[^"]+\.svg)"', text.content.decode())

    assert len(links) == len(set(links)) >= 4
    assert {client.get(link).status_code for link in links} == {200}
