"""The annotator's way from the front door to the thanks."""

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import (
    ComprehensionAttempt,
    ComprehensionQuestion,
    DocumentKind,
    Membership,
    Study,
    StudyState,
    TrainingItem,
)
from corpus.models import Origin
from tests.factories import (
    give_work,
    join,
    let_lease_run_out,
    make_document,
    make_open_study,
    make_researcher,
    make_study,
    make_user,
    submit_all,
    take_place,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_open_study(videos=3)


@pytest.fixture
def membership(study: Study) -> Membership:
    return join(study)


@pytest.fixture
def annotator(membership: Membership, client: Client) -> Client:
    """The annotator's browser."""
    assert membership.user is not None
    client.force_login(membership.user)
    return client


def url(study: Study, page: str = "") -> str:
    return f"/work/{study.public_id}/{page}"


def where(browser: Client, study: Study) -> str:
    """The page that the annotator is sent to when they want to work."""
    response = browser.get(url(study))
    return response["Location"] if response.status_code == 302 else "here"


# --- Home ---------------------------------------------------------------------------


def test_home_shows_every_study_with_its_progress_and_one_button(
    annotator: Client, membership: Membership
) -> None:
    submit_all(give_work(membership))

    page = annotator.get("/").content.decode()

    assert membership.study.title in page
    assert "<b>1</b> batch submitted, of at most 3" in page
    assert page.count('class="primary"') == 1
    assert "Continue" in page


def test_home_thanks_who_has_judged_everything_and_offers_no_more_work(
    annotator: Client, membership: Membership
) -> None:
    for _ in range(3):
        submit_all(give_work(membership))

    page = annotator.get("/").content.decode()

    assert "<b>3</b> batches submitted, of at most 3" in page
    assert "All done: thank you" in page
    assert 'class="primary"' not in page


def test_home_tells_a_person_without_a_study_what_to_do(client: Client) -> None:
    client.force_login(make_user())

    assert "Open the invitation link" in client.get("/").content.decode()


def test_home_shows_no_study_that_the_person_has_left(
    annotator: Client, membership: Membership
) -> None:
    Membership.objects.update(left_at=timezone.now())

    assert membership.study.title not in annotator.get("/").content.decode()


def test_home_sends_researchers_to_their_studies(client: Client) -> None:
    client.force_login(make_researcher())

    response = client.get("/")

    assert response.status_code == 302
    assert response["Location"] == "/studies/"


def test_the_button_gives_out_a_batch(
    annotator: Client, membership: Membership
) -> None:
    response = annotator.post(url(membership.study, "next/"))

    assignment = membership.assignments.get()
    assert response.status_code == 303
    assert response["Location"] == f"/judge/{assignment.public_id}/"


# --- What comes next ----------------------------------------------------------------


def test_a_newcomer_reads_what_is_asked_and_starts(
    annotator: Client, study: Study
) -> None:
    page = annotator.get(url(study)).content.decode()

    assert "Start the first batch" in page
    assert not Membership.objects.get().assignments.exists()


def test_looking_gives_out_no_work(annotator: Client, study: Study) -> None:
    for page in ("", "done/", "guidelines/"):
        annotator.get(url(study, page))

    assert not Membership.objects.get().assignments.exists()


def test_a_batch_in_work_comes_first(annotator: Client, membership: Membership) -> None:
    assignment = give_work(membership)

    assert where(annotator, membership.study) == f"/judge/{assignment.public_id}/"


def test_a_batch_in_work_can_be_finished_while_the_study_is_paused(
    annotator: Client, membership: Membership
) -> None:
    assignment = give_work(membership)
    Study.objects.update(state=StudyState.PAUSED)

    assert where(annotator, membership.study) == f"/judge/{assignment.public_id}/"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"state": StudyState.SEALED}, "has not begun yet"),
        ({"state": StudyState.PAUSED}, "is paused"),
    ],
)
def test_a_study_that_gives_out_nothing_says_why(
    annotator: Client, study: Study, fields: dict[str, str], message: str
) -> None:
    Study.objects.update(**fields)

    assert message in annotator.get(url(study)).content.decode()


def test_an_excluded_annotator_is_told_that_their_part_has_ended(
    annotator: Client, study: Study
) -> None:
    Membership.objects.update(excluded_at=timezone.now(), exclusion_reason="careless")

    page = annotator.get(url(study)).content.decode()

    assert "has ended" in page
    assert "careless" not in page


def test_asking_for_work_that_is_not_there_leads_to_the_reason(
    annotator: Client, study: Study
) -> None:
    Study.objects.update(state=StudyState.PAUSED)

    response = annotator.post(url(study, "next/"), follow=True)

    assert "is paused" in response.content.decode()


PAGES = [
    ("get", ""),
    ("get", "consent/"),
    ("get", "comprehension/"),
    ("get", "training/"),
    ("get", "guidelines/"),
    ("get", "done/"),
    ("post", "next/"),
]


@pytest.mark.parametrize(("method", "page"), PAGES)
def test_a_study_that_one_is_not_in_does_not_exist(
    study: Study, client: Client, method: str, page: str
) -> None:
    client.force_login(make_user())

    assert getattr(client, method)(url(study, page)).status_code == 404


@pytest.mark.parametrize(("method", "page"), PAGES)
def test_researchers_do_no_annotators_work(
    study: Study, client: Client, method: str, page: str
) -> None:
    client.force_login(make_researcher())

    assert getattr(client, method)(url(study, page)).status_code == 403


def test_a_draft_has_not_begun(client: Client) -> None:
    membership = join(make_study())
    assert membership.user is not None
    client.force_login(membership.user)

    page = client.get(url(membership.study)).content.decode()

    assert "has not begun yet" in page


# --- Consent ------------------------------------------------------------------------


@pytest.fixture
def documents(study: Study) -> None:
    make_document(study, DocumentKind.GUIDELINES, "Judge *the text* alone.")
    make_document(study, DocumentKind.CONSENT, "We store **your answers**.")


AGREED = {
    "guidelines": "on",
    "guidelines_version": "1",
    "consent": "on",
    "consent_version": "1",
}


@pytest.mark.usefixtures("documents")
def test_the_texts_come_before_the_first_batch(annotator: Client, study: Study) -> None:
    assert where(annotator, study) == url(study, "consent/")
    page = annotator.get(url(study, "consent/")).content.decode()

    assert "Judge <em>the text</em> alone." in page
    assert "We store <strong>your answers</strong>." in page


@pytest.mark.usefixtures("documents")
def test_the_versions_agreed_to_are_stored(
    annotator: Client, study: Study, membership: Membership
) -> None:
    response = annotator.post(url(study, "consent/"), AGREED)

    membership.refresh_from_db()
    assert response["Location"] == url(study)
    assert membership.guidelines == study.documents.get(kind=DocumentKind.GUIDELINES)
    assert membership.consent == study.documents.get(kind=DocumentKind.CONSENT)
    assert membership.consented_at is not None
    assert where(annotator, study) == "here"


@pytest.mark.usefixtures("documents")
@pytest.mark.parametrize("name", ["guidelines", "consent"])
def test_both_boxes_must_be_ticked(
    annotator: Client, study: Study, membership: Membership, name: str
) -> None:
    form = {key: value for key, value in AGREED.items() if key != name}

    response = annotator.post(url(study, "consent/"), form)

    membership.refresh_from_db()
    assert response.status_code == 422
    assert "Tick this box" in response.content.decode()
    assert membership.consented_at is None


@pytest.mark.usefixtures("documents")
def test_a_text_that_changed_while_it_was_read_is_shown_again(
    annotator: Client, study: Study, membership: Membership
) -> None:
    make_document(study, DocumentKind.CONSENT, "We store more.")

    response = annotator.post(url(study, "consent/"), AGREED, follow=True)

    membership.refresh_from_db()
    assert "changed: read it again" in response.content.decode()
    assert "We store more." in response.content.decode()
    assert membership.consent is None


@pytest.mark.usefixtures("documents")
def test_a_new_version_is_agreed_to_before_the_next_batch(
    annotator: Client, study: Study, membership: Membership
) -> None:
    annotator.post(url(study, "consent/"), AGREED)
    submit_all(give_work(membership))
    make_document(study, DocumentKind.CONSENT, "We store more.")

    response = annotator.post(url(study, "next/"), follow=True)

    assert response.redirect_chain[-1][0] == url(study, "consent/")
    assert membership.assignments.count() == 1


def test_a_study_without_texts_asks_for_no_consent(
    annotator: Client, study: Study
) -> None:
    assert annotator.get(url(study, "consent/"))["Location"] == url(study)


@pytest.mark.usefixtures("documents")
def test_the_guidelines_can_be_read_at_any_time(
    annotator: Client, study: Study
) -> None:
    page = annotator.get(url(study, "guidelines/")).content.decode()

    assert "Judge <em>the text</em> alone." in page


# --- Comprehension check ------------------------------------------------------------


@pytest.fixture
def questions(study: Study) -> None:
    for position, right in ((1, 0), (2, 2)):
        ComprehensionQuestion.objects.create(
            study=study,
            position=position,
            text=f"What about {position}?",
            choices=["this", "that", "neither"],
            right_choice=right,
        )


RIGHT = {"question-1": "0", "question-2": "2"}
WRONG = {"question-1": "0", "question-2": "1"}


@pytest.mark.usefixtures("questions")
def test_right_answers_open_the_study(annotator: Client, study: Study) -> None:
    assert where(annotator, study) == url(study, "comprehension/")

    annotator.post(url(study, "comprehension/"), RIGHT)

    assert where(annotator, study) == "here"
    assert ComprehensionAttempt.objects.get().passed


@pytest.mark.usefixtures("questions")
def test_a_wrong_answer_leaves_one_more_attempt(
    annotator: Client, study: Study
) -> None:
    response = annotator.post(url(study, "comprehension/"), WRONG, follow=True)

    page = response.content.decode()
    assert "1 of 2 answers are right" in page
    assert "You have 1 of 2 attempts left" in page


@pytest.mark.usefixtures("questions")
def test_the_second_attempt_may_pass(annotator: Client, study: Study) -> None:
    annotator.post(url(study, "comprehension/"), WRONG)
    annotator.post(url(study, "comprehension/"), RIGHT)

    assert where(annotator, study) == "here"


@pytest.mark.usefixtures("questions")
def test_after_two_wrong_attempts_it_is_over(annotator: Client, study: Study) -> None:
    for _ in range(2):
        annotator.post(url(study, "comprehension/"), WRONG)
    annotator.post(url(study, "comprehension/"), RIGHT)
    response = annotator.post(url(study, "next/"), follow=True)

    assert ComprehensionAttempt.objects.filter(passed=False).count() == 2
    assert not ComprehensionAttempt.objects.filter(passed=True).exists()
    assert "Both attempts" in response.content.decode()


@pytest.mark.usefixtures("questions")
def test_an_unanswered_question_uses_up_no_attempt(
    annotator: Client, study: Study
) -> None:
    response = annotator.post(url(study, "comprehension/"), {"question-1": "0"})

    assert response.status_code == 422
    assert not ComprehensionAttempt.objects.exists()


# --- Training -----------------------------------------------------------------------


@pytest.fixture
def items(study: Study) -> None:
    for position, origin in ((1, Origin.HUMAN), (2, Origin.AI)):
        TrainingItem.objects.create(
            study=study,
            position=position,
            text=f"practice {position}",
            origin=origin,
            feedback=f"Because of {position}.",
        )


@pytest.mark.usefixtures("items")
def test_practice_shows_one_comment_at_a_time_without_its_author(
    annotator: Client, study: Study
) -> None:
    assert where(annotator, study) == url(study, "training/")
    page = annotator.get(url(study, "training/")).content.decode()

    assert "practice 1" in page
    assert "practice 2" not in page
    assert "written by" not in page
    assert "Because of" not in page


@pytest.mark.usefixtures("items")
def test_practice_gives_feedback_after_each_answer(
    annotator: Client, study: Study
) -> None:
    response = annotator.post(
        url(study, "training/"), {"position": "1", "verdict": "ai"}, follow=True
    )

    page = response.content.decode()
    assert "Not this time" in page
    assert "written by a person" in page
    assert "Because of 1." in page
    assert "Next comment" in page


@pytest.mark.usefixtures("items")
def test_feedback_is_not_to_be_had_before_the_answer(
    annotator: Client, study: Study
) -> None:
    page = annotator.get(url(study, "training/") + "?answered=2").content.decode()

    assert "practice 2" not in page
    assert "Because of" not in page


@pytest.mark.usefixtures("items")
def test_the_first_answer_on_a_practice_comment_stays(
    annotator: Client, study: Study, membership: Membership
) -> None:
    for verdict in ("ai", "human"):
        annotator.post(url(study, "training/"), {"position": "1", "verdict": verdict})

    assert membership.training_answers.get().verdict == "ai"


@pytest.mark.usefixtures("items")
def test_after_the_last_practice_comment_work_begins(
    annotator: Client, study: Study, membership: Membership
) -> None:
    for position in ("1", "2"):
        annotator.post(url(study, "training/"), {"position": position, "verdict": "ai"})

    membership.refresh_from_db()
    assert membership.training_done_at is not None
    assert where(annotator, study) == "here"


@pytest.mark.usefixtures("items")
def test_practice_without_a_choice_asks_for_one(
    annotator: Client, study: Study
) -> None:
    response = annotator.post(url(study, "training/"), {"position": "1"}, follow=True)

    assert "Choose who wrote it" in response.content.decode()


# --- Done ---------------------------------------------------------------------------


def code_shown(browser: Client, study: Study) -> bool:
    return "CODE-7" in browser.get(url(study, "done/")).content.decode()


def test_the_completion_code_comes_when_nothing_is_left(
    annotator: Client, study: Study, membership: Membership
) -> None:
    Study.objects.update(completion_code="CODE-7")
    shown = []

    for _ in range(3):
        shown.append(code_shown(annotator, study))
        membership = Membership.objects.get(pk=membership.pk)
        submit_all(give_work(membership))

    assert shown == [False, False, False]
    assert code_shown(annotator, study)
    assert where(annotator, study) == url(study, "done/")


def test_the_completion_code_comes_with_the_last_batch_foreseen(
    annotator: Client, study: Study, membership: Membership
) -> None:
    Study.objects.update(completion_code="CODE-7", batches_per_annotator=1)
    submit_all(give_work(Membership.objects.get(pk=membership.pk)))

    assert code_shown(annotator, study)


def test_no_completion_code_for_nothing(client: Client) -> None:
    study = make_open_study(redundancy=1, completion_code="CODE-7")
    take_place(study.batches.get())
    membership = join(study)
    assert membership.user is not None
    client.force_login(membership.user)

    assert where(client, study) == url(study, "done/")
    assert not code_shown(client, study)


def test_work_that_may_come_free_again_is_still_work(client: Client) -> None:
    study = make_open_study(redundancy=1)
    let_lease_run_out(take_place(study.batches.get()))
    membership = join(study)
    assert membership.user is not None
    client.force_login(membership.user)

    assert where(client, study) == "here"


def test_a_closed_study_says_thanks(
    annotator: Client, study: Study, membership: Membership
) -> None:
    submit_all(give_work(membership))
    Study.objects.update(state=StudyState.CLOSED)

    page = annotator.get(url(study), follow=True).content.decode()

    assert "Thank you" in page
    assert "is closed" in page
