"""The planner's page: what to expect of a design, and how large it must be."""

import html
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from analysis.models import TAKEN_FOR_LOST, ReportState, StoredPlan
from analysis.services.plans import compute_plan
from annotation.models import MembershipRole
from tests.analysis.studies import make_judged_study
from tests.factories import join, make_researcher, make_study

pytestmark = pytest.mark.django_db

ASKED: dict[str, str | int] = {
    "annotators": 12,
    "videos": 40,
    "redundancy": 3,
    "rates": "human=87, strong=50",
    "annotator_sd": "0.4",
    "comment_sd": "0.6",
}
WANTED = {**ASKED, "want": "12", "vary": "videos"}


@pytest.fixture
def web(client: Client) -> Client:
    client.force_login(make_researcher())
    return client


def asked(web: Client, **changes: str | int) -> str:
    return web.get(reverse("analysis:plan"), ASKED | changes).content.decode()


def fragment(web: Client) -> str:
    """What the page asks for while it waits."""
    url = reverse("analysis:plan_answer", args=[StoredPlan.objects.get().public_id])
    return web.get(url, headers={"HX-Request": "true"}).content.decode()


def test_the_planner_simulates_the_design_asked_for(web: Client) -> None:
    text = asked(web)

    assert (
        "Annotators: 12. Videos: 40. Annotators per video: 3. Simulations: 200" in text
    )
    assert '<th scope="row">strong</th>' in text
    assert text.count('<svg class="interval"') == 2
    assert '<line class="mark people" x1="87.000"' in text
    assert not StoredPlan.objects.exists()


def test_rates_may_be_given_one_a_line(web: Client) -> None:
    text = asked(web, rates="human=87,\r\nstrong=40\r\nweak=9\r\n")

    assert '<th scope="row">strong</th>' in text
    assert '<th scope="row">weak</th>' in text


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"rates": "human"}, "t NAME=PERCENT"),
        ({"redundancy": 13}, "needs 13 annotators, but there are only 12"),
        ({"redundancy": 13, "want": "3"}, "needs 13 annotators, but there are only 12"),
        ({"rates": "human=100"}, "Rates must be above 0 and below 100"),
        ({"rates": "human=100", "want": "3"}, "Rates must be above 0 and below 100"),
        ({"want": "0"}, "greater than or equal to 0.1"),
        ({"want": "3", "vary": "patience"}, "not one of the available choices"),
    ],
)
def test_the_planner_explains_an_impossible_question(
    web: Client, change: dict[str, str | int], complaint: str
) -> None:
    text = asked(web, **change)

    assert complaint in text
    assert 'id="outlook"' not in text
    assert not StoredPlan.objects.exists()


def test_the_planner_is_for_researchers(client: Client) -> None:
    annotator = make_judged_study(videos=1, annotators=1).annotators[0].user
    assert annotator is not None
    client.force_login(annotator)
    stored = StoredPlan.objects.create(stamp="a", question={})

    assert client.get(reverse("analysis:plan")).status_code == 403
    answer = reverse("analysis:plan_answer", args=[stored.public_id])
    assert client.get(answer).status_code == 403


def test_how_large_a_study_must_be_is_searched_by_a_worker_and_shown(
    web: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as queued:
        first = asked(web, want="12", vary="videos")
    waiting = fragment(web)
    compute_plan(stored_id=StoredPlan.objects.get().pk)  # as the worker does
    found = fragment(web)

    assert len(queued) == 1
    assert "Simulating studies" in first
    assert "hx-get" in waiting
    assert waiting.strip().startswith('<section class="chapter" id="plan-answer"')
    plan = (StoredPlan.objects.get().answer or {})["plan"]
    videos = plan["design"]["videos"]
    assert f"{videos} videos are enough: every source is expected within ±" in found
    assert f"Annotators: 12. Videos: {videos}. Annotators per video: 3." in found
    assert max(source["half_width"] for source in plan["sources"]) <= 12
    assert "All sizes tried" in found
    assert "hx-get" not in found
    assert found.strip() in asked(web, want="12", vary="videos")


def test_the_sizes_tried_so_far_are_shown_while_a_search_runs(web: Client) -> None:
    asked(web, want="12")
    StoredPlan.objects.update(
        state=ReportState.COMPUTING,
        tries=[
            {"size": 16, "half_width": None, "simulations": 30},
            {"size": 32, "half_width": 17.25, "simulations": 30},
        ],
    )

    text = fragment(web)

    assert "2 sizes tried so far" in text
    assert "17.25" in text
    assert "too few for an interval" in text


def test_what_no_size_can_reach_is_said_with_what_would(web: Client) -> None:
    asked(web, annotators=3, want="1")
    compute_plan(stored_id=StoredPlan.objects.get().pk)

    text = fragment(web)

    assert "No number of videos is enough" in text
    assert "With 3 annotators, 3 per video, the widest interval stays at ±" in text
    link = html.unescape(text.split('<a href="')[1].split('"')[0])
    web.get(link)
    questions = [one.question["vary"] for one in StoredPlan.objects.order_by("pk")]
    assert questions == ["videos", "annotators"]


def test_a_design_too_large_for_the_page_is_simulated_by_a_worker(web: Client) -> None:
    first = asked(web, videos=20_000, redundancy=4)

    compute_plan(stored_id=StoredPlan.objects.get().pk)

    assert "Simulating studies" in first
    assert "Videos: 20,000. Annotators per video: 4. Simulations: 10" in fragment(web)


def test_a_question_is_computed_once_for_everybody(
    web: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    asked(web, want="12")
    web.force_login(make_researcher())

    with django_capture_on_commit_callbacks() as queued:
        asked(web, want="12")

    assert queued == []
    assert StoredPlan.objects.count() == 1


@pytest.mark.parametrize(
    "lost",
    [
        {"state": ReportState.FAILED, "error": "no memory"},
        {
            "state": ReportState.COMPUTING,
            "requested_at": timezone.now() - 2 * TAKEN_FOR_LOST,
        },
    ],
)
def test_a_search_that_was_lost_is_begun_again(
    web: Client,
    lost: dict[str, Any],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    asked(web, want="12")
    StoredPlan.objects.update(**lost)

    with django_capture_on_commit_callbacks() as queued:
        asked(web, want="12")

    assert len(queued) == 1
    assert StoredPlan.objects.get().state == ReportState.WAITING


def test_a_search_is_made_by_one_process_alone(web: Client) -> None:
    asked(web, want="12")
    StoredPlan.objects.update(state=ReportState.COMPUTING)

    compute_plan(stored_id=StoredPlan.objects.get().pk)

    assert StoredPlan.objects.get().state == ReportState.COMPUTING


def test_the_answer_has_a_page_of_its_own_for_who_has_no_script(web: Client) -> None:
    asked(web, want="12")
    url = reverse("analysis:plan_answer", args=[StoredPlan.objects.get().public_id])

    text = web.get(url).content.decode()

    assert "<h1>How large must a study be?</h1>" in text
    assert "Reload" in text


def test_the_planner_of_a_study_answers_the_inverse_question_too(
    client: Client,
) -> None:
    study, person = make_study(), make_researcher()
    join(study, person, MembershipRole.RESEARCHER)
    client.force_login(person)
    url = reverse("analysis:study_plan", args=[study.public_id])

    text = client.get(url, WANTED).content.decode()

    assert "Study size for ±12 points" in text


@pytest.mark.parametrize("change", [{"state": "asleep"}, {"state": ReportState.DONE}])
def test_the_database_refuses_a_senseless_plan(change: dict[str, str]) -> None:
    with pytest.raises(IntegrityError):
        StoredPlan.objects.create(stamp="a", question={}, **change)


def test_the_planner_says_how_many_videos_people_must_judge(web: Client) -> None:
    url = reverse("analysis:plan_judge")
    assert url in web.get(reverse("analysis:plan")).content.decode()
    first = web.get(url).content.decode()
    asked = {**ASKED, "all_videos": 400, "correlation": "0.7", "want": 8}

    found = html.unescape(web.get(url, asked).content.decode())
    wrong = html.unescape(web.get(url, {**asked, "all_videos": 20}).content.decode())

    assert "Videos in all" in first
    assert "Judged videos for ±8 points" in found
    assert "With 12 annotators and 3 on each video." in found
    assert "Floor, ± points" in found
    assert "People can't judge more videos (40) than there are (20)." in wrong
    assert "Judged videos for" not in wrong
