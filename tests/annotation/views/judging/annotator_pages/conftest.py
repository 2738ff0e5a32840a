"""An annotator of a study, for the tests of the pages around judging."""

import pytest
from django.test import Client

from annotation.models import Membership, Study
from tests.factories import join, make_open_study


@pytest.fixture
def study() -> Study:
    return make_open_study(videos=3)


@pytest.fixture
def membership(study: Study) -> Membership:
    return join(study)


@pytest.fixture
def annotator(membership: Membership, client: Client) -> Client:
    """The annotator's browser."""
    assert membership.user is not None
    client.force_login(membership.user)
    return client
