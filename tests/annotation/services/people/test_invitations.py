"""Links into a study: who comes in, how often, and until when."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Role, User
from annotation.errors import AnnotationError, InvitationUnusableError
from annotation.instrument import COUNTERBALANCED
from annotation.models import (
    Invitation,
    InvitationKind,
    Membership,
    MembershipRole,
    Study,
    StudyState,
)
from annotation.rules.people.platforms import Arrival, arrival, platform_of
from annotation.selectors.people.invitation_links import invitation_of, invitation_token
from annotation.services.people.crowd import join_as_participant
from annotation.services.people.exclusions import exclude_annotator, include_annotator
from annotation.services.people.invitations import (
    create_invitation,
    join_by_invitation,
    join_with_new_login,
    revoke_invitation,
)
from annotation.services.people.memberships import add_annotator, forget_annotator
from annotation.services.studies.lifecycle import close_study
from annotation.services.studies.researchers import add_researcher, remove_researcher
from tests import factories


def make_invitation(study: Study | None = None, **fields: object) -> Invitation:
    study = study or factories.make_open_study()
    if fields.get("kind") == InvitationKind.CROWD:
        fields.setdefault("cap", 9)
    return Invitation.objects.create(study=study, **fields)


# --- Links --------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_link_leads_to_its_invitation() -> None:
    invitation = make_invitation()

    assert invitation_of(invitation_token(invitation)) == invitation


@pytest.mark.django_db
def test_a_link_that_was_tampered_with_leads_nowhere() -> None:
    first, second = make_invitation(), make_invitation()
    _, signature = invitation_token(first).split(".")

    assert invitation_of(f"{second.public_id.hex}.{signature}") is None
    assert invitation_of(first.public_id.hex) is None
    assert invitation_of("") is None


@pytest.mark.django_db
def test_an_invitation_is_logged_with_who_made_it() -> None:
    study = factories.make_study()
    researcher = factories.make_researcher()

    invitation = create_invitation(
        invitation=Invitation(study=study, label="Class of 2026", cap=20),
        actor=researcher,
    )

    assert invitation.created_by == researcher
    event = study.events.get(action="invitation created")
    assert event.detail["label"] == "Class of 2026"


@pytest.mark.django_db
def test_nobody_is_invited_into_a_closed_study() -> None:
    study = factories.make_open_study()
    close_study(study=study, actor=None)

    with pytest.raises(AnnotationError, match="is closed"):
        create_invitation(
            invitation=Invitation(study=study), actor=factories.make_researcher()
        )


# --- Coming in ----------------------------------------------------------------------


@pytest.mark.django_db
def test_an_annotator_comes_in_once_however_often_the_link_is_opened() -> None:
    invitation = make_invitation(cap=1)
    user = factories.make_user()

    first = join_by_invitation(invitation=invitation, user=user)
    second = join_by_invitation(invitation=invitation, user=user)

    invitation.refresh_from_db()
    assert first == second
    assert (first.role, first.invitation) == (MembershipRole.ANNOTATOR, invitation)
    assert invitation.used_count == 1


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.ADMIN])
def test_who_may_see_sources_never_comes_in(role: Role) -> None:
    invitation = make_invitation(cap=1)

    with pytest.raises(AnnotationError, match="can't take part"):
        join_by_invitation(invitation=invitation, user=factories.make_user(role))

    invitation.refresh_from_db()
    assert invitation.used_count == 0


@pytest.mark.django_db
def test_a_new_login_is_made_and_is_an_annotators() -> None:
    invitation = make_invitation()
    user = User(username="mina")
    user.set_password("correct horse battery")

    membership = join_with_new_login(invitation=invitation, user=user)

    mina = User.objects.get(username="mina")
    assert mina.is_annotator
    assert membership.user == mina


@pytest.mark.django_db
def test_no_login_is_made_for_a_full_link() -> None:
    invitation = make_invitation(cap=1)
    join_by_invitation(invitation=invitation, user=factories.make_user())

    with pytest.raises(InvitationUnusableError, match="full"):
        join_with_new_login(invitation=invitation, user=User(username="mina"))

    assert not User.objects.filter(username="mina").exists()


@pytest.mark.django_db
def test_an_expired_link_lets_nobody_in() -> None:
    invitation = make_invitation(expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(InvitationUnusableError, match="expired"):
        join_by_invitation(invitation=invitation, user=factories.make_user())


@pytest.mark.django_db
def test_a_revoked_link_lets_nobody_in_but_who_came_stays() -> None:
    invitation = make_invitation()
    early = join_by_invitation(invitation=invitation, user=factories.make_user())

    revoke_invitation(invitation=invitation, actor=factories.make_researcher())

    with pytest.raises(InvitationUnusableError, match="revoked"):
        join_by_invitation(invitation=invitation, user=factories.make_user())
    assert Membership.objects.filter(pk=early.pk).exists()


@pytest.mark.django_db
def test_a_closed_study_lets_nobody_in() -> None:
    invitation = make_invitation()
    Study.objects.update(state=StudyState.CLOSED)

    with pytest.raises(InvitationUnusableError, match="ended"):
        join_by_invitation(invitation=invitation, user=factories.make_user())


@pytest.mark.django_db
def test_which_verdict_stands_first_is_drawn_for_each_annotator() -> None:
    invitation = make_invitation()

    drawn = {
        join_by_invitation(
            invitation=invitation, user=factories.make_user()
        ).first_verdict
        for _ in range(40)
    }

    assert drawn == {*COUNTERBALANCED}


# --- Crowd platforms ----------------------------------------------------------------


@pytest.mark.django_db
def test_a_participant_gets_a_login_without_a_password_under_a_random_name() -> None:
    invitation = make_invitation(kind=InvitationKind.CROWD)

    membership = join_as_participant(invitation=invitation, arrival=Arrival("5f1e2d"))

    user = membership.user
    assert user is not None
    assert user.is_annotator
    assert not user.has_usable_password()
    assert "5f1e2d" not in user.username
    assert "5f1e2d" not in membership.code


@pytest.mark.django_db
def test_a_participant_who_comes_back_goes_on_also_by_a_full_link() -> None:
    invitation = make_invitation(kind=InvitationKind.CROWD, cap=1)
    first = join_as_participant(invitation=invitation, arrival=Arrival("5f1e2d"))

    again = join_as_participant(
        invitation=invitation,
        arrival=Arrival("5f1e2d"),
        is_own_device=lambda user: user == first.user,
    )

    assert again == first
    with pytest.raises(InvitationUnusableError, match="full"):
        join_as_participant(invitation=invitation, arrival=Arrival("another"))


@pytest.mark.django_db
def test_a_participant_is_the_same_person_on_every_link_of_the_study() -> None:
    study = factories.make_open_study()
    first = make_invitation(study, kind=InvitationKind.CROWD)
    second = make_invitation(study, kind=InvitationKind.CROWD)

    one = join_as_participant(invitation=first, arrival=Arrival("5f1e2d"))
    other = join_as_participant(
        invitation=second, arrival=Arrival("5f1e2d"), is_own_device=lambda _: True
    )

    assert one == other


@pytest.mark.django_db
def test_a_revoked_link_lets_no_participant_back_in() -> None:
    invitation = make_invitation(kind=InvitationKind.CROWD)
    join_as_participant(invitation=invitation, arrival=Arrival("5f1e2d"))
    revoke_invitation(invitation=invitation, actor=factories.make_researcher())

    with pytest.raises(InvitationUnusableError, match="revoked"):
        join_as_participant(invitation=invitation, arrival=Arrival("5f1e2d"))


@pytest.mark.django_db
@pytest.mark.parametrize("participant_id", ["", " ", "a" * 121, "a\nb", "ü", "{{ID}}"])
def test_a_missing_or_malformed_participant_id_is_refused(participant_id: str) -> None:
    invitation = make_invitation(kind=InvitationKind.CROWD)

    with pytest.raises(InvitationUnusableError, match="from the platform"):
        join_as_participant(
            invitation=invitation,
            arrival=arrival(platform_of("id"), {"id": participant_id}),
        )


# --- All at once --------------------------------------------------------------------


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each of the calls gives or raises, each in a thread of its own."""

    def one(call: Callable[[], object]) -> object:
        try:
            return call()
        except AnnotationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [*pool.map(one, calls)]


@pytest.mark.django_db(transaction=True)
def test_a_link_for_three_lets_three_of_twelve_in_who_come_at_once() -> None:
    invitation = make_invitation(cap=3)
    users = [factories.make_user() for _ in range(12)]

    outcomes = at_once(
        *(
            lambda user=user: join_by_invitation(invitation=invitation, user=user)
            for user in users
        )
    )

    joined = [outcome for outcome in outcomes if isinstance(outcome, Membership)]
    assert len(joined) == 3
    assert Membership.objects.count() == 3
    invitation.refresh_from_db()
    assert invitation.used_count == 3


@pytest.mark.django_db(transaction=True)
def test_a_participant_who_opens_the_link_in_many_tabs_is_one_person() -> None:
    study = factories.make_open_study()
    links = [make_invitation(study, kind=InvitationKind.CROWD) for _ in range(2)]

    outcomes = at_once(
        *(
            lambda link=link: join_as_participant(
                invitation=link, arrival=Arrival("5f"), is_own_device=lambda _: True
            )
            for link in links * 4
        )
    )

    assert {type(outcome) for outcome in outcomes} == {Membership}
    assert Membership.objects.count() == 1
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_the_database_itself_keeps_a_link_within_its_cap() -> None:
    invitation = make_invitation(cap=1, used_count=1)

    with (
        pytest.raises(IntegrityError, match="invitation_stays_within_its_cap"),
        transaction.atomic(),
    ):
        Invitation.objects.filter(pk=invitation.pk).update(used_count=2)


# --- People of a study --------------------------------------------------------------


@pytest.mark.django_db
def test_an_annotator_is_never_added_as_researcher() -> None:
    study = factories.make_study()

    with pytest.raises(AnnotationError, match="is an annotator"):
        add_researcher(study=study, user=factories.make_user(), actor=None)


@pytest.mark.django_db
def test_nobody_is_in_a_study_twice() -> None:
    study = factories.make_study()
    user = factories.make_user()
    add_annotator(study=study, user=user, actor=None)

    with pytest.raises(AnnotationError, match="already"):
        add_annotator(study=study, user=user, actor=None)


@pytest.mark.django_db
def test_the_last_researcher_stays() -> None:
    study = factories.make_study()
    admin = factories.make_admin()
    first = add_researcher(study=study, user=factories.make_researcher(), actor=admin)
    second = add_researcher(study=study, user=factories.make_researcher(), actor=admin)

    remove_researcher(membership=first, actor=admin)

    with pytest.raises(AnnotationError, match="at least one"):
        remove_researcher(membership=second, actor=admin)


@pytest.mark.django_db
def test_a_forgotten_annotator_without_work_leaves_nothing() -> None:
    membership = factories.join(factories.make_open_study())

    assert forget_annotator(membership=membership, actor=None)

    assert not Membership.objects.exists()


@pytest.mark.django_db
def test_an_exclusion_is_a_decision_with_a_name_and_a_reason() -> None:
    membership = factories.join(factories.make_open_study())
    researcher = factories.make_researcher()

    exclude_annotator(membership=membership, actor=researcher, reason=" failed checks ")

    membership.refresh_from_db()
    assert membership.excluded_by == researcher
    assert membership.exclusion_reason == "failed checks"
    event = membership.study.events.get(action="annotator excluded")
    assert event.detail == {"code": membership.code, "reason": "failed checks"}


@pytest.mark.django_db
def test_an_exclusion_without_a_reason_is_refused() -> None:
    membership = factories.join(factories.make_open_study())

    with pytest.raises(AnnotationError, match="Enter a reason"):
        exclude_annotator(
            membership=membership, actor=factories.make_researcher(), reason=" "
        )


@pytest.mark.django_db
def test_an_exclusion_can_be_taken_back_and_both_stay_in_the_log() -> None:
    membership = factories.join(factories.make_open_study())
    researcher = factories.make_researcher()
    exclude_annotator(membership=membership, actor=researcher, reason="hasty")

    include_annotator(membership=membership, actor=researcher)

    membership.refresh_from_db()
    assert membership.excluded_at is None
    assert membership.study.events.count() == 2
