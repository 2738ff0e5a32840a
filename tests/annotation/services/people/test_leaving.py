"""Leaving a study: the name goes, and the answers if the person wishes."""

import pytest
from django.test import Client

from annotation.models import Assignment, Judgment, Membership, StudyEvent
from annotation.services.people.leaving import leave_study
from tests.factories import (
    answer_all,
    give_work,
    join,
    make_open_study,
    submit_all,
)

pytestmark = pytest.mark.django_db


def member_with_work(participant_id: str = "P-1") -> Membership:
    """One batch submitted and repeated, another one in work."""
    study = make_open_study(videos=2, redundancy=1, repeat_every=2)
    membership = join(study, participant_id=participant_id)
    for _ in range(2):
        submit_all(give_work(membership))
    answer_all(give_work(membership))
    return membership


def leave(membership: Membership, *, deletes_answers: bool) -> None:
    assert membership.user is not None
    leave_study(
        membership=membership, actor=membership.user, deletes_answers=deletes_answers
    )


def test_what_was_submitted_stays_without_the_name() -> None:
    membership = member_with_work()

    leave(membership, deletes_answers=False)

    membership.refresh_from_db()
    assert (membership.user, membership.participant_id) == (None, "")
    assert membership.left_at is not None
    states = membership.assignments.order_by("number").values_list("state", flat=True)
    assert list(states) == ["submitted", "submitted", "lapsed"]
    assert Judgment.objects.count() == 12


def test_a_batch_in_work_gives_its_place_to_somebody_else() -> None:
    membership = member_with_work()
    in_work = membership.assignments.get(state="active")

    leave(membership, deletes_answers=False)

    assert give_work(join(membership.study)).batch_id == in_work.batch_id


def test_everything_goes_if_the_person_wishes() -> None:
    membership = member_with_work()

    leave(membership, deletes_answers=True)

    assert not Membership.objects.filter(pk=membership.pk).exists()
    assert not Assignment.objects.exists()
    assert not Judgment.objects.exists()
    assert set(membership.study.batches.values_list("places_taken", flat=True)) == {0}


def test_deleting_takes_nothing_from_anybody_else() -> None:
    study = make_open_study(redundancy=2)
    leaver, other = join(study), join(study)
    submit_all(give_work(leaver))
    submit_all(give_work(other))

    leave(leaver, deletes_answers=True)

    assert Judgment.objects.count() == 4
    assert study.batches.get().places_taken == 1


def test_the_log_knows_the_code_and_not_the_person() -> None:
    membership = member_with_work()
    assert membership.user is not None
    name = membership.user.username

    leave(membership, deletes_answers=True)

    event = StudyEvent.objects.get()
    assert membership.code in str(event.detail)
    assert name not in str(event.detail)


def test_the_page_asks_what_shall_become_of_the_answers(client: Client) -> None:
    membership = member_with_work(participant_id="")
    assert membership.user is not None
    client.force_login(membership.user)
    page = f"/work/{membership.study.public_id}/leave/"

    asked = client.get(page)
    unsure = client.post(page)
    sure = client.post(page, {"answers": "delete"}, follow=True)

    assert "Delete all my answers" in asked.content.decode()
    assert unsure.status_code == 422
    assert "You have left" in sure.content.decode()
    assert not Judgment.objects.exists()
    assert client.get(page).status_code == 404
