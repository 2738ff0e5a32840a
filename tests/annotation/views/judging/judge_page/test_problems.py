"""A problem is reported from a batch, and answered by the study's researchers."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from annotation.models import (
    Assignment,
    MembershipRole,
    ProblemKind,
    ProblemReport,
    ProblemSubject,
)
from annotation.services.people.leaving import leave_study
from tests.annotation.views.pages import address
from tests.factories import (
    answer_all,
    give_work,
    join,
    make_open_study,
    make_researcher,
    submit_all,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment() -> Assignment:
    return give_work(join(make_open_study()))


@pytest.fixture
def annotator(assignment: Assignment, client: Client) -> Client:
    """The browser of the assignment's annotator."""
    assert assignment.membership.user is not None
    client.force_login(assignment.membership.user)
    return client


@pytest.fixture
def web(assignment: Assignment) -> Client:
    """A browser of a researcher of the study."""
    researcher, browser = make_researcher(), Client()
    join(assignment.batch.study, researcher, MembershipRole.RESEARCHER)
    browser.force_login(researcher)
    return browser


def page(assignment: Assignment) -> str:
    return f"/judge/{assignment.public_id}/problem/"


def test_a_comment_is_reported_and_its_answers_stay(
    annotator: Client, assignment: Assignment
) -> None:
    answer_all(assignment)

    response = annotator.post(
        page(assignment), {"about": "2", "kind": "personal", "text": "a phone number"}
    )

    report = ProblemReport.objects.get()
    assert response["Location"] == f"/judge/{assignment.public_id}/"
    assert report.presentation == assignment.presentations.get(position=2)
    assert (report.kind, report.text) == ("personal", "a phone number")
    shown = annotator.get(response["Location"]).content.decode()
    assert "Thank you. The people who run the study" in shown
    comments = shown.split('id="comments"')[1].split('id="sender"')[0]
    assert comments.count(" checked") == 2 * assignment.presentations.count()
    assert page(assignment) in shown


@pytest.mark.parametrize("about", ["video", "page"])
def test_so_are_the_video_and_the_page(
    annotator: Client, assignment: Assignment, about: str
) -> None:
    annotator.post(page(assignment), {"about": about, "kind": "broken"})

    report = ProblemReport.objects.get()
    assert (report.subject, report.presentation) == (about, None)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"about": "1"},
        {"about": "99", "kind": "broken"},
        {"about": "comment", "kind": "broken"},
        {"about": "1", "kind": "other", "text": " "},
        {"about": "1", "kind": "broken", "text": "x" * 2001},
    ],
)
def test_a_report_that_says_too_little_is_asked_for_again(
    annotator: Client, assignment: Assignment, sent: dict[str, str]
) -> None:
    assert annotator.post(page(assignment), sent).status_code == 422
    assert not ProblemReport.objects.exists()


def test_nobody_reports_from_another_persons_batch(
    assignment: Assignment, client: Client, web: Client
) -> None:
    other = join(assignment.batch.study)
    assert other.user is not None
    client.force_login(other.user)

    assert client.get(page(assignment)).status_code == 404
    assert web.get(page(assignment)).status_code == 403


def test_researchers_answer_it_and_open_it_again(
    annotator: Client, assignment: Assignment, web: Client
) -> None:
    study = assignment.batch.study
    annotator.post(page(assignment), {"about": "1", "kind": "offensive", "text": "ugh"})
    report = ProblemReport.objects.get()
    answer = address("study_problem_answer", study, report.public_id)
    assert "reported 1 problem" in web.get(address("study", study)).content.decode()

    web.post(answer, {f"{report.public_id}-note": "It may stay."})

    report.refresh_from_db()
    assert report.answered_at is not None
    assert report.note == "It may stay."
    listed = web.get(address("study_problems", study)).content.decode()
    assert "It may stay." in listed
    assert "ugh" in listed
    assert "reported 1 problem" not in web.get(address("study", study)).content.decode()
    assert study.events.filter(action="problem answered").count() == 1

    web.post(answer, {"reopen": "1"})

    again = ProblemReport.objects.get()
    assert (again.answered_at, again.note) == (None, "It may stay.")


def test_researchers_of_another_study_see_and_answer_nothing(
    annotator: Client, assignment: Assignment
) -> None:
    study = assignment.batch.study
    annotator.post(page(assignment), {"about": "1", "kind": "offensive"})
    report = ProblemReport.objects.get()
    elsewhere = make_open_study()
    stranger, browser = make_researcher(), Client()
    join(elsewhere, stranger, MembershipRole.RESEARCHER)
    browser.force_login(stranger)

    assert browser.get(address("study_problems", study)).status_code == 404
    for place in (study, elsewhere):
        answer = address("study_problem_answer", place, report.public_id)
        assert browser.post(answer, {"note": "x"}).status_code == 404


def test_reports_go_with_the_answers_of_who_leaves(
    annotator: Client, assignment: Assignment
) -> None:
    annotator.post(page(assignment), {"about": "1", "kind": "offensive"})
    annotator.post(page(assignment), {"about": "page", "kind": "broken"})
    submit_all(assignment)
    membership = assignment.membership
    assert membership.user is not None

    leave_study(membership=membership, actor=membership.user, deletes_answers=True)

    assert not ProblemReport.objects.exists()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"kind": "taste"}, "problem_kind_is_known"),
        ({"subject": ProblemSubject.COMMENT}, "problem_is_with_one_thing"),
        ({"subject": ProblemSubject.QUESTION}, "problem_is_with_one_thing"),
        ({"kind": ProblemKind.OTHER}, "other_problem_is_described"),
    ],
)
def test_the_database_refuses_it(
    assignment: Assignment, fields: dict[str, str], constraint: str
) -> None:
    good = {"subject": ProblemSubject.PAGE, "kind": ProblemKind.BROKEN}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ProblemReport.objects.create(
            membership=assignment.membership,
            batch_number=assignment.number,
            assignment=assignment,
            **good | fields,
        )
