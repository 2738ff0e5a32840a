"""Excluded annotators are replaced, and nobody's batch is opened without them."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from annotation.errors import AnnotationError, AssignmentLockedError
from annotation.models import Assignment, Judgment, Membership, MembershipRole, Study
from annotation.selectors.studies.integrity import broken_rules
from annotation.selectors.studies.study_progress import study_progress
from annotation.services.judging.assignments import reopen_assignment
from annotation.services.judging.judgments import record_answers
from annotation.services.judging.submission import submit_assignment
from annotation.services.people.exclusions import exclude_annotator, include_annotator
from annotation.services.people.leaving import leave_study
from tests import factories
from tests.annotation.views.pages import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return factories.make_open_study(videos=2, redundancy=1)


@pytest.fixture
def hasty(study: Study) -> Membership:
    """An annotator with one batch submitted and the other one in work."""
    membership = factories.join(study)
    factories.submit_all(factories.give_work(membership))
    factories.answer_all(factories.give_work(membership))
    return membership


def exclude(membership: Membership, *, frees_places: bool = True) -> None:
    exclude_annotator(
        membership=membership,
        actor=factories.make_researcher(),
        reason="hasty",
        frees_places=frees_places,
    )


def include(membership: Membership) -> None:
    include_annotator(membership=membership, actor=factories.make_researcher())


def reopen(assignment: Assignment) -> Assignment:
    admin = factories.make_admin()
    return reopen_assignment(assignment=assignment, actor=admin, reason="a slip")


def states_of(membership: Membership) -> list[tuple[str, int | None]]:
    rows = membership.assignments.order_by("number")
    return [*rows.values_list("state", "place")]


# --- Replacing ----------------------------------------------------------------------


def test_an_excluded_annotators_places_are_given_to_others(
    study: Study, hasty: Membership
) -> None:
    exclude(hasty)

    other = factories.join(study)
    for _ in range(2):
        factories.submit_all(factories.give_work(other))

    assert states_of(hasty) == [("submitted", None), ("lapsed", None)]
    assert (
        Judgment.objects.filter(presentation__assignment__membership=hasty).count() == 8
    )
    assert [*broken_rules(study)] == []


def test_the_places_stay_taken_where_the_researcher_wants_it(
    study: Study, hasty: Membership
) -> None:
    exclude(hasty, frees_places=False)

    assert states_of(hasty) == [("submitted", 1), ("active", 1)]
    assert {*study.batches.values_list("places_taken", flat=True)} == {1}


def test_progress_counts_only_what_reports_count(
    study: Study, hasty: Membership
) -> None:
    exclude(hasty)
    before = study_progress(study)

    factories.submit_all(factories.give_work(factories.join(study)))
    after = study_progress(study)

    assert (before.submitted, before.batches_done, before.left) == (0, 0, 2)
    assert (after.submitted, after.batches_done, after.left) == (1, 1, 1)


def test_what_was_freed_is_in_the_log(study: Study, hasty: Membership) -> None:
    exclude(hasty)
    include(hasty)

    excluded = study.events.get(action="annotator excluded")
    included = study.events.get(action="annotator included")
    assert excluded.detail["freed_places"] == 2
    assert included.detail["places_taken_again"] == 1


def test_an_excluded_annotator_takes_no_place_again(hasty: Membership) -> None:
    in_work = hasty.assignments.select_related("batch__study", "membership").get(
        number=2
    )
    exclude(hasty)
    in_work.membership.refresh_from_db()

    with pytest.raises(AssignmentLockedError, match="has ended"):
        submit_assignment(assignment=in_work)
    with pytest.raises(AssignmentLockedError, match="has ended"):
        record_answers(assignment=in_work, answers=[factories.answer(1)])


def test_the_database_itself_gives_an_excluded_annotator_no_place(
    hasty: Membership,
) -> None:
    exclude(hasty)

    with (
        pytest.raises(IntegrityError, match="excluded_annotator_takes_no_place"),
        transaction.atomic(),
    ):
        hasty.assignments.filter(number=2).update(state="active", place=1)


# --- Undoing ------------------------------------------------------------------------


def test_an_exclusion_is_undone_while_the_places_are_free(
    study: Study, hasty: Membership
) -> None:
    exclude(hasty)

    include(hasty)

    assert states_of(hasty) == [("submitted", 1), ("lapsed", None)]
    assert not hasty.assignments.exclude(freed_at=None).exists()
    assert sorted(study.batches.values_list("places_taken", flat=True)) == [0, 1]
    assert [*broken_rules(study)] == []


def test_an_exclusion_is_not_undone_once_somebody_else_has_the_place(
    study: Study, hasty: Membership
) -> None:
    exclude(hasty)
    other = factories.join(study)
    for _ in range(2):
        factories.submit_all(factories.give_work(other))

    with pytest.raises(AnnotationError, match="more annotators than planned"):
        include(hasty)

    hasty.refresh_from_db()
    assert hasty.excluded_at is not None
    assert {*study.batches.values_list("places_taken", flat=True)} == {1}


def test_the_pages_offer_it_and_say_why_not(
    client: Client, study: Study, hasty: Membership
) -> None:
    researcher = factories.make_researcher()
    factories.join(study, researcher, MembershipRole.RESEARCHER)
    client.force_login(researcher)
    url = address("study_exclude", study, hasty.code)

    asked = client.get(url).content.decode()
    client.post(url, {"reason": "hasty", "frees_places": "on"})
    people = client.get(address("study_people", study)).content.decode()
    for _ in range(2):
        factories.submit_all(factories.give_work(factories.join(study)))
    refused = client.post(address("study_include", study, hasty.code))

    assert "Give their batches to other annotators" in asked
    assert "given to others" in people
    assert refused.status_code == 409
    assert "more annotators than planned" in refused.content.decode()


# --- Opening a batch again ----------------------------------------------------------


def test_a_batch_of_someone_who_left_is_not_opened_again(hasty: Membership) -> None:
    submitted = hasty.assignments.get(number=1)
    assert hasty.user is not None
    leave_study(membership=hasty, actor=hasty.user, deletes_answers=False)
    submitted.refresh_from_db()

    with pytest.raises(AnnotationError, match="has left the study"):
        reopen(submitted)

    assert states_of(hasty)[0] == ("submitted", 1)


def test_a_batch_of_an_excluded_annotator_is_not_opened_again(
    hasty: Membership,
) -> None:
    exclude(hasty)

    with pytest.raises(AnnotationError, match="is excluded"):
        reopen(hasty.assignments.get(number=1))


def test_who_leaves_leaves_a_reopened_batch_submitted(hasty: Membership) -> None:
    reopen(hasty.assignments.get(number=1))
    assert hasty.user is not None

    leave_study(membership=hasty, actor=hasty.user, deletes_answers=False)

    assert states_of(hasty) == [("submitted", 1), ("lapsed", None)]


def test_a_reopened_batch_that_is_no_longer_whole_lapses(hasty: Membership) -> None:
    reopen(hasty.assignments.get(number=1))
    Judgment.objects.filter(presentation__assignment__number=1).update(verdict=None)
    assert hasty.user is not None

    leave_study(membership=hasty, actor=hasty.user, deletes_answers=False)

    assert states_of(hasty) == [("lapsed", None), ("lapsed", None)]
