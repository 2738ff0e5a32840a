"""A problem is reported from a batch of items, and answered where others are."""

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import ProblemReport
from annotation.services.people.leaving import leave_study
from tests import factories
from tests.thinking.people import choice, join, make_open_item_study
from thinking.models import ItemAssignment
from thinking.services.giving import give_items
from thinking.services.person_answers import record_choices

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment() -> ItemAssignment:
    return give_items(membership=join(make_open_item_study().study))


@pytest.fixture
def person(assignment: ItemAssignment, client: Client) -> Client:
    """The browser of who works on the batch."""
    assert assignment.membership.user is not None
    client.force_login(assignment.membership.user)
    return client


def page(assignment: ItemAssignment) -> str:
    return reverse("thinking:sheet_problem", args=[assignment.public_id])


def test_a_question_is_reported_and_its_answers_stay(
    person: Client, assignment: ItemAssignment
) -> None:
    record_choices(assignment=assignment, choices=[choice(2, 1)])
    sheet = reverse("thinking:sheet", args=[assignment.public_id])
    assert page(assignment) in person.get(sheet).content.decode()
    form = person.get(f"{page(assignment)}?question=2").content.decode()
    assert '<option value="2" selected>Question 2</option>' in form

    response = person.post(
        page(assignment), {"about": "2", "kind": "other", "text": "Two are right"}
    )

    assert response["Location"] == sheet
    report = ProblemReport.objects.get()
    item = assignment.answers.get(position=2).item
    assert (report.subject, report.item_id) == ("question", item.item_id)
    assert all(option in report.quoted for option in item.options)
    shown = person.get(sheet).content.decode()
    assert "Thank you. The people who run the study" in shown
    assert shown.count(" checked") == 1


def test_so_are_its_video_and_the_page(
    person: Client, assignment: ItemAssignment
) -> None:
    for about in ("video-3", "page"):
        person.post(page(assignment), {"about": about, "kind": "broken"})

    reports = ProblemReport.objects.order_by("pk")
    item = assignment.answers.get(position=3).item
    assert [(one.subject, one.item_id) for one in reports] == [
        ("video", item.item_id),
        ("page", ""),
    ]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"about": "4", "kind": "broken"},
        {"about": "video", "kind": "broken"},
        {"about": "1", "kind": "other"},
    ],
)
def test_a_report_that_says_too_little_is_asked_for_again(
    person: Client, assignment: ItemAssignment, sent: dict[str, str]
) -> None:
    assert person.post(page(assignment), sent).status_code == 422
    assert not ProblemReport.objects.exists()


def test_researchers_answer_it_on_the_page_of_all_reports(
    person: Client, assignment: ItemAssignment
) -> None:
    person.post(page(assignment), {"about": "1", "kind": "other", "text": "hm"})
    study, web = assignment.membership.study, Client()
    web.force_login(factories.make_admin())
    report = ProblemReport.objects.get()
    overview = reverse("thinking:item_study", args=[study.public_id])
    assert "reported 1 problem" in web.get(overview).content.decode()

    web.post(
        reverse(
            "annotation:study_problem_answer", args=[study.public_id, report.public_id]
        ),
        {f"{report.public_id}-note": "Looked at it."},
    )

    listed = web.get(reverse("annotation:study_problems", args=[study.public_id]))
    words = listed.content.decode()
    assert "Looked at it." in words
    assert report.item_id in words
    assert "Withdraw it" not in words
    assert study.events.filter(action="problem answered").count() == 1
    assert "reported 1 problem" not in web.get(overview).content.decode()


def test_nobody_reports_from_another_persons_batch(assignment: ItemAssignment) -> None:
    other, browser = join(assignment.membership.study), Client()
    assert other.user is not None
    browser.force_login(other.user)

    assert browser.get(page(assignment)).status_code == 404


def test_reports_go_with_the_answers_of_who_leaves(
    person: Client, assignment: ItemAssignment
) -> None:
    person.post(page(assignment), {"about": "page", "kind": "broken"})
    membership = assignment.membership
    assert membership.user is not None

    leave_study(membership=membership, actor=membership.user, deletes_answers=True)

    assert not ProblemReport.objects.exists()
