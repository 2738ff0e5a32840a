"""A crowd platform's people: who comes back must be who came."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from annotation.models import Invitation, InvitationKind, Membership
from annotation.selectors.people.invitation_links import invitation_token
from annotation.services.people.leaving import leave_study
from tests import factories
from tests.annotation.views.pages import address

pytestmark = pytest.mark.django_db

ID = "5f1e2d3c"
ARRIVAL = f"PROLIFIC_PID={ID}&STUDY_ID=st42&SESSION_ID=se43"


@pytest.fixture
def invitation() -> Invitation:
    study = factories.make_open_study(title="Cats and dogs")
    return Invitation.objects.create(study=study, kind=InvitationKind.CROWD, cap=9)


def link(invitation: Invitation, query: str = ARRIVAL) -> str:
    url = reverse("annotation:join", args=[invitation_token(invitation)])
    return f"{url}?{query}"


def work(invitation: Invitation) -> str:
    return reverse("annotation:work", args=[invitation.study.public_id])


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def resume_code(client: Client, invitation: Invitation) -> str:
    url = reverse("annotation:other_device", args=[invitation.study.public_id])
    page = client.post(url).content.decode()
    found = re.search(r"<code[^>]*>([0-9A-Z-]{14})</code>", page)
    assert found, page
    return found[1]


# --- Only who came comes back -------------------------------------------------------


def test_a_stranger_with_the_link_and_the_id_does_not_become_the_participant(
    client: Client, invitation: Invitation
) -> None:
    client.post(link(invitation))
    stranger = Client()

    response = stranger.post(link(invitation))

    assert response.status_code == 409
    assert not is_in(stranger)
    assert "already taken part" in response.content.decode()
    assert Membership.objects.count() == User.objects.count() == 1


def test_the_same_browser_comes_back_after_its_session_ended(
    client: Client, invitation: Invitation
) -> None:
    client.post(link(invitation))
    client.cookies.pop("sessionid")

    page = client.get(link(invitation)).content.decode()
    response = client.post(link(invitation))

    assert "Continue where you left off" in page
    assert response["Location"] == work(invitation)
    assert Membership.objects.count() == 1


def test_the_page_tells_a_stranger_the_same_about_everybody(
    client: Client, invitation: Invitation
) -> None:
    client.post(link(invitation))
    leaver = Client()
    leaver.post(link(invitation, "PROLIFIC_PID=left"))
    left = Membership.objects.get(participant_id="left")
    assert left.user is not None
    leave_study(membership=left, actor=left.user, deletes_answers=True)

    pages = [
        re.sub(
            r'(value|nonce|content|token)="[^"]*"|csrf[^<]*',
            "",
            Client().get(link(invitation, f"PROLIFIC_PID={who}")).content.decode(),
        )
        for who in (ID, "unknown", "left")
    ]

    assert "Take part" in pages[0]
    assert pages[0] == pages[1] == pages[2]


def test_a_full_link_tells_a_stranger_the_same_about_everybody(
    client: Client, invitation: Invitation
) -> None:
    client.post(link(invitation))
    Invitation.objects.update(cap=1)

    answers = {
        (
            Client().get(link(invitation, f"PROLIFIC_PID={who}")).status_code,
            Client().post(link(invitation, f"PROLIFIC_PID={who}")).status_code,
        )
        for who in (ID, "unknown")
    }

    assert answers == {(410, 410)}
    assert client.get(link(invitation)).status_code == 200


def test_who_left_is_told_so_and_does_not_come_back(
    client: Client, invitation: Invitation
) -> None:
    client.post(link(invitation))
    url = reverse("annotation:leave", args=[invitation.study.public_id])
    client.post(url, {"answers": "delete"})

    response = client.post(link(invitation))

    assert response.status_code == 409
    assert "left the study" in response.content.decode()
    assert not is_in(client)


# --- On another device --------------------------------------------------------------


def test_a_code_lets_the_participant_go_on_on_another_device_once(
    client: Client, invitation: Invitation
) -> None:
    client.post(link(invitation))
    code = resume_code(client, invitation)
    phone, another = Client(), Client()

    wrong = phone.post(link(invitation), {"resume_code": "AAAA-BBBB-CCCC"})
    right = phone.post(link(invitation), {"resume_code": code.lower().replace("-", "")})
    again = another.post(link(invitation), {"resume_code": code})

    assert wrong.status_code == again.status_code == 422
    assert right["Location"] == work(invitation)
    assert phone.get(work(invitation)).status_code in (200, 302)
    phone.cookies.pop("sessionid")
    Invitation.objects.update(cap=1)
    assert phone.post(link(invitation))["Location"] == work(invitation)


def test_the_code_is_another_participants_for_nobody_and_hashed_at_rest(
    client: Client, invitation: Invitation
) -> None:
    client.post(link(invitation))
    code = resume_code(client, invitation)
    other = Client()
    other.post(link(invitation, "PROLIFIC_PID=other"))
    other.cookies.pop("sessionid")

    response = Client().post(
        link(invitation, "PROLIFIC_PID=other"), {"resume_code": code}
    )

    assert response.status_code == 422
    stored = Membership.objects.get(participant_id=ID).resume_code_hash
    assert stored
    assert code not in stored
    assert code.replace("-", "") not in stored


def test_a_code_of_yesterday_is_over(client: Client, invitation: Invitation) -> None:
    client.post(link(invitation))
    code = resume_code(client, invitation)
    Membership.objects.update(resume_code_until="2020-01-01T00:00Z")

    response = Client().post(link(invitation), {"resume_code": code})

    assert response.status_code == 422


def test_guessing_codes_and_ids_has_to_wait(
    invitation: Invitation, settings: Settings
) -> None:
    settings.RESUME_CODE_RATE = settings.CROWD_JOIN_RATE = "2/15 minutes"
    stranger = Client()

    codes = [
        stranger.post(link(invitation), {"resume_code": "AAAA-BBBB-CCCC"}).status_code
        for _ in range(3)
    ]
    ids = [
        Client().post(link(invitation, f"PROLIFIC_PID=p{n}")).status_code
        for n in range(3)
    ]

    assert codes == [422, 422, 429]
    assert ids == [303, 303, 429]
    assert Membership.objects.count() == 2


# --- What the platform sends --------------------------------------------------------


@pytest.mark.parametrize(
    ("parameter", "query"),
    [
        ("PROLIFIC_PID", ARRIVAL),
        ("workerId", f"workerId={ID}&hitId=st42&assignmentId=se43"),
    ],
)
def test_the_platforms_own_ids_are_kept_until_the_participant_leaves(
    client: Client, invitation: Invitation, parameter: str, query: str
) -> None:
    Invitation.objects.update(participant_parameter=parameter)

    client.post(link(invitation, query))

    member = Membership.objects.get()
    assert member.participant_id == ID
    assert (member.platform_study_id, member.platform_session_id) == ("st42", "se43")
    factories.submit_all(factories.give_work(member))
    assert member.user is not None
    leave_study(membership=member, actor=member.user, deletes_answers=False)
    member.refresh_from_db()
    assert (member.platform_study_id, member.platform_session_id) == ("", "")


def test_a_preview_on_the_platform_asks_to_accept_first(
    client: Client, invitation: Invitation
) -> None:
    Invitation.objects.update(participant_parameter="workerId")

    response = client.get(
        link(invitation, "assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE&hitId=h1")
    )

    assert response.status_code == 410
    assert "Accept the task" in response.content.decode()


def test_the_link_to_copy_has_all_that_prolific_fills_in(
    web: Client, invitation: Invitation
) -> None:
    study = invitation.study
    web.force_login(factories.make_admin())

    page = web.get(address("study_invitations", study)).content.decode()

    assert (
        "?PROLIFIC_PID={{%PROLIFIC_PID%}}&amp;STUDY_ID={{%STUDY_ID%}}"
        "&amp;SESSION_ID={{%SESSION_ID%}}" in page
    )


# --- A session that ended -----------------------------------------------------------


@pytest.mark.parametrize("page", ["work", "home", "login page after signing out"])
def test_a_session_that_ended_leads_to_the_platform_and_to_no_password(
    client: Client, invitation: Invitation, page: str
) -> None:
    client.post(link(invitation))
    if page == "login page after signing out":
        response = client.post(reverse("accounts:logout"), follow=True)
    else:
        client.cookies.pop("sessionid")
        url = work(invitation) if page == "work" else reverse("annotation:home")
        response = client.get(url, follow=True)

    text = response.content.decode()
    assert response.status_code == 200
    assert 'type="password"' not in text
    assert "Your saved answers are safe" in text
    assert "https://app.prolific.com/" in text
    assert ID not in text


def test_no_page_of_theirs_leads_to_a_password(
    client: Client, invitation: Invitation
) -> None:
    pages = [client.get(link(invitation)), Client().get(link(invitation))]
    client.post(link(invitation))
    begun = client.post(work(invitation) + "next/")["Location"]
    inside = ("/", work(invitation) + "done/", begun, link(invitation), "/nowhere/")
    pages += [client.get(page) for page in inside]
    client.cookies.pop("sessionid")
    pages += [client.get(page) for page in (link(invitation), "/nowhere/")]
    Invitation.objects.update(cap=1)
    pages.append(Client().get(link(invitation, "PROLIFIC_PID=late")))

    texts = [page.content.decode() for page in pages]

    assert not [text for text in texts if "/accounts/login" in text]


def test_a_script_is_told_the_same_page(client: Client, invitation: Invitation) -> None:
    client.post(link(invitation))
    client.cookies.pop("sessionid")

    response = client.get(work(invitation), headers={"accept": "application/json"})

    assert response.status_code == 401
    assert response["X-Login"].endswith("/return/")


def test_who_signs_in_with_a_password_is_asked_for_it_again(
    client: Client, invitation: Invitation
) -> None:
    client.post(link(invitation))
    client.logout()
    factories.make_user(username="mina", password="seven green llamas")
    login = reverse("accounts:login")
    client.post(login, {"username": "mina", "password": "seven green llamas"})
    client.cookies.pop("sessionid")

    response = client.get(reverse("annotation:home"))

    assert response["Location"].startswith(login)


# --- Links --------------------------------------------------------------------------


def test_a_crowd_link_without_a_limit_is_not_made(web: Client) -> None:
    study = factories.make_study()
    web.force_login(factories.make_admin())

    response = web.post(
        address("study_invitations", study),
        {"kind": "crowd", "participant_parameter": "PROLIFIC_PID"},
    )

    assert response.status_code == 422
    assert "needs a limit" in response.content.decode()


def test_the_database_itself_refuses_a_crowd_link_without_a_limit() -> None:
    study = factories.make_study()

    with (
        pytest.raises(IntegrityError, match="crowd_link_has_a_cap"),
        transaction.atomic(),
    ):
        Invitation.objects.create(study=study, kind=InvitationKind.CROWD)
