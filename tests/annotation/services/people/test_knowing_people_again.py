"""Who was in a study is known to it after leaving, and never judges in it again."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from annotation.errors import AnnotationError, OtherDeviceError
from annotation.models import (
    Invitation,
    InvitationKind,
    Membership,
    MembershipRole,
    Study,
)
from annotation.rules.people.platforms import Arrival
from annotation.selectors.people.invitation_links import invitation_token
from annotation.services.people.crowd import join_as_participant
from annotation.services.people.invitations import join_by_invitation
from annotation.services.people.leaving import leave_study
from annotation.services.people.memberships import add_annotator
from annotation.services.studies.researchers import add_researcher, remove_researcher
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return factories.make_open_study(title="Cats and dogs")


def link(study: Study) -> Invitation:
    return Invitation.objects.create(study=study)


def crowd_link(study: Study) -> Invitation:
    return Invitation.objects.create(study=study, kind=InvitationKind.CROWD, cap=9)


def leave(membership: Membership, *, deletes_answers: bool = False) -> None:
    assert membership.user is not None
    leave_study(
        membership=membership, actor=membership.user, deletes_answers=deletes_answers
    )


def page_of(invitation: Invitation) -> str:
    return reverse("annotation:join", args=[invitation_token(invitation)])


def check_constraints() -> None:
    """As at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def forget_every_mark(study: Study) -> None:
    study.person_marks.all().delete()
    check_constraints()


def former_researcher(study: Study) -> User:
    """Removed from the study, and an annotator by role since."""
    person = factories.make_researcher()
    add_researcher(study=study, user=factories.make_researcher(), actor=None)
    membership = add_researcher(study=study, user=person, actor=None)
    remove_researcher(membership=membership, actor=person)
    return demoted(person)


def demoted(person: User) -> User:
    person.is_staff = person.is_superuser = False
    person.role = Role.ANNOTATOR
    person.save()
    return person


# --- Annotators who left ------------------------------------------------------------


@pytest.mark.parametrize("deletes_answers", [False, True])
def test_who_left_never_gets_the_same_batch_under_a_second_code(
    study: Study, *, deletes_answers: bool
) -> None:
    person = factories.make_user()
    first = join_by_invitation(invitation=link(study), user=person)
    factories.submit_all(factories.give_work(first))
    leave(first, deletes_answers=deletes_answers)

    with pytest.raises(AnnotationError, match="left this study"):
        join_by_invitation(invitation=link(study), user=person)
    with pytest.raises(AnnotationError, match="left this study"):
        add_annotator(study=study, user=person, actor=None)


def test_a_participant_who_left_does_not_come_in_by_another_link(study: Study) -> None:
    leave(join_as_participant(invitation=crowd_link(study), arrival=Arrival("5f1e2d")))

    with pytest.raises(OtherDeviceError):
        join_as_participant(
            invitation=crowd_link(study),
            arrival=Arrival("5f1e2d"),
            is_own_device=lambda _: True,
        )


def test_a_participant_who_left_does_not_come_in_by_their_login(study: Study) -> None:
    membership = factories.join(study, participant_id="5f1e2d")
    person = membership.user
    assert person is not None
    leave(membership)

    with pytest.raises(AnnotationError, match="left this study"):
        join_by_invitation(invitation=link(study), user=person)


def test_leaving_one_study_closes_no_other(study: Study) -> None:
    person = factories.make_user()
    leave(join_by_invitation(invitation=link(study), user=person))

    assert (
        join_by_invitation(invitation=link(factories.make_study()), user=person).user
        == person
    )


def test_the_pages_say_before_and_after_that_there_is_no_way_back(
    client: Client, study: Study
) -> None:
    invitation = link(study)
    person = factories.make_user()
    join_by_invitation(invitation=invitation, user=person)
    client.force_login(person)
    url = reverse("annotation:leave", args=[study.public_id])

    before = client.get(url).content.decode()
    after = client.post(url, {"answers": "keep"}, follow=True).content.decode()
    again = client.get(page_of(invitation))

    assert "you can&#x27;t rejoin" in before or "you can't rejoin" in before
    assert "nobody judges the same comments twice" in before
    assert "can&#x27;t join it again" in after
    assert again.status_code == 409
    assert "You left this study" in again.content.decode()


def test_the_database_itself_refuses_a_second_membership(study: Study) -> None:
    person = factories.make_user()
    leave(factories.join(study, person))

    with (
        pytest.raises(IntegrityError, match="who_was_in_a_study_never_judges_in_it"),
        transaction.atomic(),
    ):
        factories.join(study, person)


def test_the_database_itself_refuses_who_is_not_known_to_the_study(
    study: Study,
) -> None:
    with (
        pytest.raises(IntegrityError, match="who_is_in_a_study_is_known_to_it"),
        transaction.atomic(),
    ):
        factories.join(study, person_marks=[])


def test_the_database_itself_forgets_no_mark(study: Study) -> None:
    leave(factories.join(study))

    with (
        pytest.raises(IntegrityError, match="a_study_keeps_its_marks"),
        transaction.atomic(),
    ):
        forget_every_mark(study)


def test_a_study_that_is_deleted_takes_its_marks_along() -> None:
    study = factories.make_study()
    factories.join(study)

    study.memberships.all().delete()
    study.delete()

    check_constraints()


# --- Whoever saw sources ------------------------------------------------------------


def test_who_was_a_researcher_of_the_study_never_judges_in_it(study: Study) -> None:
    person = former_researcher(study)

    with pytest.raises(AnnotationError, match="the right answers"):
        join_by_invitation(invitation=link(study), user=person)
    assert (
        join_by_invitation(invitation=link(factories.make_study()), user=person).user
        == person
    )


def test_a_researcher_comes_back_as_researcher(study: Study) -> None:
    person = factories.make_researcher()
    add_researcher(study=study, user=factories.make_researcher(), actor=None)
    first = add_researcher(study=study, user=person, actor=None)
    remove_researcher(membership=first, actor=person)

    assert add_researcher(study=study, user=person, actor=None).user == person


def test_who_judged_and_ran_the_study_later_is_known_as_researcher(
    study: Study,
) -> None:
    person = factories.make_user()
    leave(factories.join(study, person))
    User.objects.filter(pk=person.pk).update(role=Role.RESEARCHER)
    person.refresh_from_db()

    add_researcher(study=study, user=person, actor=None)

    assert study.person_marks.get().role == MembershipRole.RESEARCHER


def test_who_was_an_admin_never_judges_in_the_studies_of_that_time(
    study: Study,
) -> None:
    person = demoted(factories.make_admin())

    with pytest.raises(AnnotationError, match="the right answers"):
        join_by_invitation(invitation=link(study), user=person)
    later = factories.make_study()
    assert join_by_invitation(invitation=link(later), user=person).user == person


def test_the_database_itself_refuses_former_researchers_and_admins(
    study: Study,
) -> None:
    with (
        pytest.raises(IntegrityError, match="who_was_in_a_study_never_judges_in_it"),
        transaction.atomic(),
    ):
        factories.join(study, former_researcher(study))
    with (
        pytest.raises(IntegrityError, match="who_saw_sources_never_judges"),
        transaction.atomic(),
    ):
        factories.join(study, demoted(factories.make_admin()))


def test_nobody_sheds_that_they_were_an_admin() -> None:
    person = demoted(factories.make_admin())

    User.objects.filter(pk=person.pk).update(admin_until=None)

    person.refresh_from_db()
    assert person.admin_until is not None


@pytest.mark.parametrize("past", [former_researcher, "admin"])
def test_the_join_page_says_why_in_plain_words(
    client: Client, study: Study, past: object
) -> None:
    person = (
        former_researcher(study)
        if past is former_researcher
        else demoted(factories.make_admin())
    )
    client.force_login(person)

    for response in (
        client.get(page_of(link(study))),
        client.post(page_of(link(study))),
    ):
        assert response.status_code == 409
        assert "the right answers" in response.content.decode()
