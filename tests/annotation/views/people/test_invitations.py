"""Invitation links: made, shown, revoked."""

import pytest
from django.test import Client

from annotation.models import (
    Invitation,
    InvitationKind,
    Study,
)
from tests import factories
from tests.annotation.views.pages import address

pytestmark = pytest.mark.django_db


def test_a_link_is_made_shown_and_withdrawn(web: Client, study: Study) -> None:
    url = address("study_invitations", study)
    web.post(url, {"kind": "link", "label": "Class", "cap": "20"})
    invitation = study.invitations.get()

    page = web.get(url).content.decode()
    web.post(address("study_revoke", study, invitation.public_id))

    assert "http://testserver/join/" in page
    assert "/join/" not in web.get(url).content.decode()
    invitation.refresh_from_db()
    assert (invitation.cap, invitation.revoked_at is None) == (20, False)


def test_a_crowd_link_leaves_a_place_for_the_participants_id(
    web: Client, study: Study
) -> None:
    url = address("study_invitations", study)
    web.post(url, {"kind": "crowd", "participant_parameter": "PROLIFIC_PID", "cap": 9})

    page = web.get(url).content.decode()

    assert "?PROLIFIC_PID={{%PROLIFIC_PID%}}" in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"cap": "0"}, "0 would let nobody join"),
        ({"expires_at": "2020-01-01T00:00"}, "Choose a time in the future"),
        ({"kind": "crowd", "participant_parameter": ""}, "Enter the link parameter"),
        ({"kind": "crowd", "participant_parameter": "a&b"}, "Use only letters, digits"),
    ],
)
def test_a_link_that_cannot_work_is_not_made(
    web: Client, study: Study, wrong: dict[str, str], words: str
) -> None:
    response = web.post(
        address("study_invitations", study),
        {"kind": "link", "participant_parameter": "PROLIFIC_PID", **wrong},
    )

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not study.invitations.exists()


def test_a_link_of_another_study_is_not_withdrawn_here(
    web: Client, study: Study
) -> None:
    other = Invitation.objects.create(
        study=factories.make_study(), kind=InvitationKind.LINK
    )

    assert web.post(address("study_revoke", study, other.public_id)).status_code == 404
