"""The texts that are agreed to before the first batch."""

import pytest
from django.test import Client

from annotation.models import DocumentKind, Membership, Study
from tests.annotation.views.judging.annotator_pages.ways import url, where
from tests.factories import give_work, make_document, submit_all

pytestmark = pytest.mark.django_db


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
    assert "this text has changed" in response.content.decode()
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
