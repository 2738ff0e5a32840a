"""The page behind an invitation link."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from annotation.models import Invitation, InvitationKind, Membership, Study, StudyState
from annotation.selectors.people.invitation_links import invitation_token
from annotation.services.people.invitations import revoke_invitation
from tests import factories

pytestmark = pytest.mark.django_db

PASSWORD = "seven green llamas"


def make_invitation(
    kind: InvitationKind = InvitationKind.LINK, *, cap: int | None = None
) -> Invitation:
    study = factories.make_open_study(title="Cats and dogs")
    if kind == InvitationKind.CROWD:
        cap = cap or 9
    return Invitation.objects.create(study=study, kind=kind, cap=cap)


def link(invitation: Invitation, participant_id: str = "") -> str:
    url = reverse("annotation:join", args=[invitation_token(invitation)])
    return f"{url}?PROLIFIC_PID={participant_id}" if participant_id else url


def work(invitation: Invitation) -> str:
    return reverse("annotation:work", args=[invitation.study.public_id])


def signed_in(client: Client) -> User | None:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk) if pk else None


# --- With a login -------------------------------------------------------------------


def test_a_stranger_reads_what_it_is_and_makes_a_login(client: Client) -> None:
    invitation = make_invitation()

    page = client.get(link(invitation)).content.decode()
    response = client.post(
        link(invitation),
        {"username": "mina", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert "Cats and dogs" in page
    assert "with 4 comments each" in " ".join(page.split())
    assert (response.status_code, response["Location"]) == (303, work(invitation))
    assert signed_in(client) == User.objects.get(username="mina")
    assert client.get(work(invitation)).status_code in (200, 302)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password2": "something else"}, "didn’t match"),
        ({"username": "taken"}, "already exists"),
        ({"username": "Taken"}, "already exists"),
        ({"username": "t\u0430ken"}, "letters of one alphabet"),
        ({"username": "two words"}, "valid username"),
    ],
)
def test_a_login_that_cannot_be_made_says_why(
    client: Client, fields: dict[str, str], words: str
) -> None:
    invitation = make_invitation()
    factories.make_user(username="taken")
    good = {"username": "mina", "password1": PASSWORD, "password2": PASSWORD}

    response = client.post(link(invitation), {**good, **fields})

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Membership.objects.exists()
    assert not User.objects.filter(username="mina").exists()


def test_an_annotator_joins_with_one_button_and_comes_back_without(
    client: Client,
) -> None:
    invitation = make_invitation()
    user = factories.make_user()
    client.force_login(user)

    page = client.get(link(invitation)).content.decode()
    joined = client.post(link(invitation))
    again = client.get(link(invitation))

    assert "Take part" in page
    assert "password" not in page.lower().replace(reverse("accounts:password"), "")
    assert joined["Location"] == again["Location"] == work(invitation)
    assert Membership.objects.get().user == user


def test_opening_a_link_makes_nobody_a_member(client: Client) -> None:
    invitation = make_invitation()
    client.force_login(factories.make_user())

    client.get(link(invitation))

    assert not Membership.objects.exists()


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.ADMIN])
def test_who_may_see_sources_is_told_that_they_cannot_judge(
    client: Client, role: Role
) -> None:
    invitation = make_invitation()
    client.force_login(factories.make_user(role))

    for response in (client.get(link(invitation)), client.post(link(invitation))):
        assert response.status_code == 403
        assert "This link is for annotators" in response.content.decode()
    assert not Membership.objects.exists()


# --- Links that let nobody in -------------------------------------------------------


def test_a_link_that_is_not_ours_is_not_there(client: Client) -> None:
    assert client.get(reverse("annotation:join", args=["nonsense"])).status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"cap": 1, "used_count": 1}, "full"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "expired"),
        ({"revoked_at": timezone.now()}, "revoked"),
    ],
)
def test_a_link_that_lets_nobody_in_says_why(
    client: Client, fields: dict[str, object], words: str
) -> None:
    invitation = make_invitation()
    Invitation.objects.filter(pk=invitation.pk).update(**fields)

    for response in (client.get(link(invitation)), client.post(link(invitation), {})):
        assert response.status_code == 410
        assert words in response.content.decode()


def test_a_link_into_a_closed_study_says_that_it_is_over(client: Client) -> None:
    invitation = make_invitation()
    Study.objects.update(state=StudyState.CLOSED)

    assert "This study has ended" in client.get(link(invitation)).content.decode()


# --- Crowd platforms ----------------------------------------------------------------


def test_a_participant_comes_in_without_a_login_and_goes_on_later(
    client: Client,
) -> None:
    invitation = make_invitation(InvitationKind.CROWD, cap=1)
    url = link(invitation, "5f1e2d3c")

    first_page = client.get(url).content.decode()
    first = client.post(url)
    account = signed_in(client)
    client.cookies.pop("sessionid")
    second_page = client.get(url).content.decode()
    client.post(url)

    assert "Take part" in first_page
    assert first["Location"] == work(invitation)
    assert "Continue where you left off" in second_page
    assert signed_in(client) == account


def test_a_participants_id_is_on_no_page(client: Client) -> None:
    invitation = make_invitation(InvitationKind.CROWD)
    client.post(link(invitation, "5f1e2d3c"))

    for url in (
        reverse("annotation:home"),
        work(invitation),
        link(invitation, "5f1e2d3c"),
    ):
        page = client.get(url, follow=True).content.decode()
        assert "5f1e2d3c" not in page


def test_somebody_elses_session_ends_when_a_participant_comes_in(
    client: Client,
) -> None:
    invitation = make_invitation(InvitationKind.CROWD)
    client.post(link(invitation, "first"))
    first = signed_in(client)

    client.post(link(invitation, "second"))

    assert signed_in(client) not in (None, first)


def test_a_crowd_link_without_an_id_says_what_is_missing(client: Client) -> None:
    invitation = make_invitation(InvitationKind.CROWD)

    for response in (client.get(link(invitation)), client.post(link(invitation))):
        assert response.status_code == 410
        assert "no valid id" in response.content.decode()


def test_a_withdrawn_crowd_link_lets_no_participant_back_in(client: Client) -> None:
    invitation = make_invitation(InvitationKind.CROWD)
    url = link(invitation, "5f1e2d3c")
    client.post(url)
    client.logout()
    revoke_invitation(invitation=invitation, actor=factories.make_researcher())

    assert client.post(url).status_code == 410
    assert signed_in(client) is None
