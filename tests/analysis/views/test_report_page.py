"""The report page: who may see it, and what it shows."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from analysis.models import StoredReport
from analysis.services.reports import compute_report, request_report
from annotation.models import Study, StudyState
from annotation.services.people.exclusions import exclude_annotator
from tests.analysis.instruments import judged
from tests.analysis.studies import make_judged_study
from tests.analysis.views.report_pages import judged_study, page, researcher_of
from tests.factories import (
    make_admin,
    make_open_study,
    make_researcher,
    make_source,
)

pytestmark = pytest.mark.django_db


def test_the_page_opens_with_the_result_in_words(client: Client) -> None:
    text = page(client, judged_study().study)

    assert "passed as human in" in text
    assert "Judgments: 36. Comments: 12. Videos: 3. Annotators: 3." in text
    assert '<th scope="row">\n  Alpha One' in text


def test_every_chapter_calls_a_source_by_its_title(client: Client) -> None:
    text = page(client, judged_study().study)

    for chapter in ("sources", "scores", "pairs", "comments", "time", "coverage"):
        shown = text.split(f'id="{chapter}"')[1].split("</section>")[0]
        assert "Alpha One" in shown, chapter
        assert ">alpha<" not in shown, chapter


def test_published_rates_stand_as_hollow_marks_beside_ours(client: Client) -> None:
    study = make_judged_study(ai_sources=[make_source("MIMIC-Chat"), make_source()])

    text = page(client, study.study)

    # Of people and of MIMIC-Chat; nothing is printed of the other source.
    places = re.findall(r'class="printed" x1="([\d.]+)"', text)
    assert sorted(places) == ["64.240", "87.570"]


def test_scores_are_shown_on_the_scale_that_the_study_used(client: Client) -> None:
    text = page(client, judged("human-ai-0-10").study)

    chapter = text.split('id="scores"')[1].split("</section>")[0]
    assert "from 0 (clearly AI or makes no sense) to 10 (indistinguishable" in chapter
    assert "Score@≥10, %" in chapter


def test_a_third_verdict_is_neither_human_nor_ai_on_the_page(client: Client) -> None:
    text = page(client, judged("human-ai-unsure-0-5").study)

    assert "passed as human in 33.3" in text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("name", "more", "to_strangers"),
    [
        ("report", [], 302),  # to the login page; a program that downloads is told
        ("report_file", ["json"], 401),
        ("judgments_file", ["csv"], 401),
        ("everything", [], 401),
        ("figure", ["scores", "csv"], 401),
    ],
)
def test_annotators_and_strangers_see_no_report(
    client: Client, name: str, more: list[str], to_strangers: int
) -> None:
    judged = judged_study()
    url = reverse(f"analysis:{name}", args=[judged.study.public_id, *more])
    annotator = judged.annotators[0].user
    assert annotator is not None

    statuses = [client.get(url).status_code]
    for person in (annotator, make_researcher(), make_admin()):
        client.force_login(person)
        statuses.append(client.get(url).status_code)

    assert statuses == [to_strangers, 403, 404, 200]


def test_an_empty_study_says_so(client: Client) -> None:
    text = page(client, make_open_study())

    assert "No judgments yet." in text
    assert "Traceback" not in text


def test_an_empty_report_offers_no_files_but_says_what_comes_next(
    client: Client,
) -> None:
    study = make_open_study(videos=2)

    text = page(client, study)

    assert "Annotators who joined: 0. Assignments submitted: 0 of" in text
    assert "The study is open, but nobody has joined yet." in text
    assert reverse("annotation:study_invitations", args=[study.public_id]) in text
    for file in ("/figures/", "report.json", "judgments.csv", "bundle"):
        assert file not in text.partition('id="main"')[2], file


def test_an_empty_report_of_a_closed_study_waits_for_nothing(client: Client) -> None:
    study = make_open_study()
    Study.objects.filter(pk=study.pk).update(state=StudyState.CLOSED)

    text = page(client, study)

    assert "no more judgments will come in" in text
    assert "after the first submission" not in text


def test_one_annotator_is_warned_about(client: Client) -> None:
    text = page(client, judged_study(annotators=1).study)

    assert "Only one annotator has submitted judgments so far." in text
    assert "–: needs at least two annotators" in text


def test_simulated_judgments_are_marked(client: Client) -> None:
    text = page(client, judged_study(is_simulated=True).study)

    assert "simulated by the demo" in text


def test_the_page_leads_to_the_recorded_decision_on_each_annotator(
    client: Client,
) -> None:
    judged = judged_study()
    person = researcher_of(judged.study)
    out, kept = judged.annotators[:2]
    exclude_annotator(membership=out, actor=person, reason="answered at random")

    text = page(client, judged.study, person)

    assert "Excluded: answered at random" in text
    arguments = [judged.study.public_id, kept.code]
    assert reverse("annotation:study_exclude", args=arguments) in text
    assert f"Excluded {out.code}" in text


def test_a_comment_is_text_whatever_it_contains(client: Client) -> None:
    judged = judged_study()
    stored, _ = request_report(judged.study)
    compute_report(stored.pk)
    content = StoredReport.objects.get().done_content
    first = content["chapters"]["convincing"][0]
    first["source"] = "<img src=x onerror=alert(1)>"
    StoredReport.objects.update(content=content)

    text = page(client, judged.study)

    assert "<img src=x" not in text


def test_the_page_asks_the_database_no_more_for_more_judgments(
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    judged = judged_study(videos=6, annotators=5)
    person = researcher_of(judged.study)
    page(client, judged.study, person)

    with django_assert_max_num_queries(35):
        page(client, judged.study, person)
