"""What a crowd participant receives: the join page, and the code for another device."""

import pytest
from pytest_django.live_server_helper import LiveServer

from annotation.models import Invitation, InvitationKind, Study
from annotation.rules.people.platforms import Arrival
from annotation.selectors.people.invitation_links import invitation_token
from annotation.services.people.crowd import join_as_participant
from tests import factories
from tests.blindness.recording import Recorder
from tests.blindness.telltales import assert_no_names_or_ids

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_crowd_link_and_the_code_for_another_device_tell_no_source(
    study: Study, live_server: LiveServer
) -> None:
    invitation = Invitation.objects.create(
        study=study, kind=InvitationKind.CROWD, cap=5
    )
    link = f"/join/{invitation_token(invitation)}/?PROLIFIC_PID=5f0c1d2e3b4a"
    newcomer = Recorder(live_server, factories.make_user())
    member = join_as_participant(invitation=invitation, arrival=Arrival("5f0c1d2e3b4b"))
    assert member.user is not None
    participant = Recorder(live_server, member.user)
    page = f"/work/{study.public_id}/other-device/"

    joining = newcomer.get(link)
    codes = [participant.get(page), participant.post(page)]
    newcomer.close()
    participant.close()

    assert joining.status == 200
    assert [answer.status for answer in codes] == [200, 200]
    assert ["Your code:" in answer.text for answer in codes] == [False, True]
    assert_no_names_or_ids([newcomer, participant])
