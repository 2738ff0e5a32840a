"""What of a study may change, and until when."""

import pytest

from annotation.errors import AnnotationError
from annotation.models import BatchComment, DocumentKind
from annotation.selectors.studies.documents import newest_documents
from annotation.services.studies.documents import add_document
from annotation.services.studies.preparation import replace_attention_checks
from annotation.services.studies.study import update_study
from tests import factories
from tests.annotation.ready_studies import actions

pytestmark = pytest.mark.django_db


def test_a_drafts_protocol_can_be_changed_and_the_log_says_so() -> None:
    study = factories.make_study()

    update_study(study=study, changes={"redundancy": 7}, actor=None)

    study.refresh_from_db()
    assert study.redundancy == 7
    event = study.events.get(action="settings changed")
    assert event.detail == {"redundancy": {"from": 3, "to": 7}}


def test_what_is_given_unchanged_is_not_logged() -> None:
    study = factories.make_study()

    update_study(study=study, changes={"redundancy": 3}, actor=None)

    assert "settings changed" not in actions(study)


def test_the_protocol_never_changes_after_the_seal() -> None:
    study = factories.make_open_study()

    with pytest.raises(AnnotationError, match="redundancy"):
        update_study(study=study, changes={"redundancy": 7}, actor=None)

    study.refresh_from_db()
    assert study.redundancy == 3


def test_the_title_and_the_pay_change_while_people_judge() -> None:
    study = factories.make_open_study()

    update_study(study=study, changes={"title": "New", "pay": "£6"}, actor=None)

    study.refresh_from_db()
    assert (study.title, study.pay) == ("New", "£6")


def test_state_and_seal_are_no_settings() -> None:
    study = factories.make_study()

    with pytest.raises(AnnotationError, match="state"):
        update_study(study=study, changes={"state": "open"}, actor=None)


def test_fewer_human_comments_empty_the_surplus_places() -> None:
    study = factories.make_study(humans=3, ai_sources=1)

    update_study(study=study, changes={"human_comment_count": 2}, actor=None)

    assert BatchComment.objects.filter(batch__study=study).count() == 2 + 1


def test_each_change_of_a_text_is_a_new_version() -> None:
    study = factories.make_open_study()
    add_document(study=study, kind=DocumentKind.CONSENT, text="Once", actor=None)

    add_document(study=study, kind=DocumentKind.CONSENT, text="Twice", actor=None)

    assert [doc.version for doc in study.documents.all()] == [2, 1]
    assert [doc.text for doc in newest_documents(study)] == ["Twice"]


def test_the_same_text_again_makes_no_version() -> None:
    study = factories.make_study()
    first = add_document(
        study=study, kind=DocumentKind.CONSENT, text="Once\n", actor=None
    )

    second = add_document(
        study=study, kind=DocumentKind.CONSENT, text="Once\r\n", actor=None
    )

    assert second == first


def test_an_empty_text_is_refused() -> None:
    study = factories.make_study()

    with pytest.raises(AnnotationError, match="empty"):
        add_document(study=study, kind=DocumentKind.CONSENT, text=" \n", actor=None)


def test_training_is_fixed_with_the_seal() -> None:
    study = factories.make_open_study()

    with pytest.raises(AnnotationError, match="only possible in these states: draft"):
        replace_attention_checks(study=study, checks=[], actor=None)
