"""Figures of a report: drawn once by a worker, shown on the page, downloaded."""

import re

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from analysis.errors import AnalysisError
from analysis.export.figure_file import figure_files
from analysis.figures.picture import Picture
from analysis.models import ReportState, StoredFigure, StoredReport
from analysis.services.figures import draw_figures, request_figures
from annotation.models import Study
from tests.analysis.views.report_pages import judged_study, page, researcher_of
from tests.factories import make_researcher

pytestmark = pytest.mark.django_db
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


def address(study: Study, name: str = "scores", style: str = "svg") -> str:
    return reverse("analysis:figure", args=[study.public_id, name, style])


def worker_draws() -> None:
    for report in StoredReport.objects.all():
        draw_figures(report_id=report.pk)


@pytest.fixture
def study(client: Client) -> Study:
    made = judged_study().study
    client.force_login(researcher_of(made))
    return made


@pytest.mark.slow
def test_a_figure_is_drawn_once_by_the_worker_and_kept(
    study: Study,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    url = address(study)

    with django_capture_on_commit_callbacks() as sent:
        first = client.get(url)
        client.get(url)
    worker_draws()
    with django_capture_on_commit_callbacks() as sent_later:
        files = [client.get(url) for _ in range(2)]

    assert first.status_code == 503
    assert first["Retry-After"]
    assert len(sent) == 1
    assert not sent_later
    assert files[0].content == files[1].content
    assert files[0].content.startswith(b'<svg role="img" aria-label="Share of each')
    assert f"{study.key}-scores-7in.svg" in files[0]["Content-Disposition"]


@pytest.mark.slow
def test_every_format_and_width_is_a_file_of_its_own(
    study: Study, client: Client
) -> None:
    kinds = {
        "svg": (b"<svg ", "image/svg+xml"),
        "png": (b"\x89PNG", "image/png"),
        "pdf": (b"%PDF", "application/pdf"),
    }
    urls = {
        (style, width): f"{address(study, 'judged-as-human', style)}?width={width}"
        for style in kinds
        for width in ("3.3", "7")
    }
    for url in urls.values():
        client.get(url)
    worker_draws()

    found = {key: client.get(url) for key, url in urls.items()}

    for (style, width), response in found.items():
        opening, kind = kinds[style]
        assert response.content.startswith(opening)
        assert response["Content-Type"] == kind
        assert f"-{width}in.{style}" in response["Content-Disposition"]
    assert len({response.content for response in found.values()}) == 6


@pytest.mark.slow
def test_page_pictures_and_downloads_are_the_same_files(
    study: Study, client: Client
) -> None:
    before = page(client, study)
    worker_draws()
    after = page(client, study)

    links = set(re.findall(r'(?:src|srcset)="([^"]+/figures/[^"]+)"', after))
    assert "This figure is being drawn." in before
    assert "This figure is being drawn." not in after
    assert len(links) >= 6
    for link in links:
        of_page = client.get(link.replace("&amp;", "&"))
        download = client.get(link.partition("&amp;of=")[0])
        assert of_page.status_code == 200, link
        assert of_page.content == download.content


def test_a_page_that_shows_an_older_report_shows_its_figures(
    study: Study, client: Client, settings: Settings
) -> None:
    page(client, study)
    StoredFigure.objects.update(state=ReportState.DONE, content=b"<svg/>")
    settings.REPORT_INLINE_JUDGMENTS = 0
    Study.objects.filter(pk=study.pk).update(title="Renamed")

    text = page(client, study)

    assert "The report is being computed" in text
    link = re.findall(r'src="([^"]+/figures/scores[^"]+)"', text)[0]
    assert client.get(link.replace("&amp;", "&")).content == b"<svg/>"


def test_a_browser_is_told_to_wait_and_asks_again_by_itself(
    study: Study, client: Client
) -> None:
    waiting = client.get(address(study), headers=BROWSER)
    StoredFigure.objects.update(state=ReportState.DONE, content=b"<svg/>")
    done = client.get(address(study), headers=BROWSER)

    assert waiting.status_code == 202
    assert "Your file is being created." in waiting.content.decode()
    assert waiting["Refresh"]
    assert done.content == b"<svg/>"


def test_a_figure_that_could_not_be_drawn_says_so_and_can_be_tried_again(
    study: Study, client: Client
) -> None:
    page(client, study)
    report = StoredReport.objects.get()
    content = report.done_content
    StoredReport.objects.update(content={**content, "chapters": {}})
    worker_draws()
    StoredReport.objects.update(content=content)

    failed = page(client, study)
    file = client.get(address(study), headers=BROWSER)
    client.post(reverse("analysis:figures_again", args=[study.public_id]))

    assert "This figure couldn't be drawn: could not draw " in failed
    assert failed.count("Try again") >= 4
    assert file.status_code == 503
    assert "could not draw " in file.content.decode()
    assert not StoredFigure.objects.filter(state=ReportState.FAILED).exists()


def test_one_figure_that_cannot_be_drawn_leaves_the_others_alone(
    study: Study, client: Client
) -> None:
    page(client, study)
    report = StoredReport.objects.get()
    StoredFigure.objects.all().delete()
    good, bad = Picture("scores", "svg", "7"), Picture("nothing", "svg", "7")
    request_figures(report=report, wanted=[good, bad])

    worker_draws()

    states = dict(StoredFigure.objects.values_list("name", "state"))
    assert states == {"scores": "done", "nothing": "failed"}


def test_the_numbers_of_a_figure_are_a_file_beside_it(
    study: Study, client: Client
) -> None:
    response = client.get(address(study, "scores", "csv"))

    lines = response.content.decode().splitlines()
    assert lines[0].startswith("source,score_ge_1_pct")
    assert any(line.startswith("Alpha One,") for line in lines)


def test_a_fragment_of_the_page_is_one_figure(study: Study, client: Client) -> None:
    page(client, study)
    StoredFigure.objects.update(state=ReportState.DONE, content=b"<svg/>")
    url = reverse("analysis:figure_state", args=[study.public_id, "scores"])

    fragment = client.get(url, headers={"HX-Request": "true"})
    whole = client.get(url)

    assert fragment.content.decode().strip().startswith('<figure class="drawn"')
    assert whole.status_code == 303
    assert whole["Location"].endswith("#figure-scores")


def test_figures_of_a_study_are_for_its_researchers(client: Client) -> None:
    study = judged_study().study
    state = reverse("analysis:figure_state", args=[study.public_id, "scores"])
    again = reverse("analysis:figures_again", args=[study.public_id])
    client.force_login(make_researcher())

    assert client.get(address(study)).status_code == 404
    assert client.get(state).status_code == 404
    assert client.post(again).status_code == 404


@pytest.mark.parametrize(
    ("name", "style", "query"),
    [
        ("nothing", "svg", ""),
        ("scores", "exe", ""),
        ("scores", "svg", "?width=12"),
        ("scores", "svg", "?of=nothing"),
    ],
)
def test_a_figure_that_is_not_there_is_not_found(
    study: Study, client: Client, name: str, style: str, query: str
) -> None:
    assert client.get(address(study, name, style) + query).status_code == 404


def test_a_figure_that_cannot_be_drawn_is_named() -> None:
    with pytest.raises(AnalysisError, match="could not draw judged-as-human: "):
        figure_files(
            {"report": {}, "chapters": {}}, [Picture("judged-as-human", "svg", "7")]
        )


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "lost"}, "figure_state_is_known"),
        ({"state": "done", "content": None}, "done_figure_has_content"),
        ({"name": "drift", "width": "7"}, "figure_of_a_report_is_drawn_once"),
    ],
)
def test_the_database_refuses_a_senseless_figure(
    study: Study, client: Client, changes: dict[str, object], constraint: str
) -> None:
    page(client, study)

    with pytest.raises(IntegrityError, match=constraint):
        StoredFigure.objects.filter(name="scores").update(**changes)
