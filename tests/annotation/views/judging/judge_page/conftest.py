"""An annotator with work, for the tests of the judge page."""

import pytest
from django.test import Client

from annotation.models import Assignment
from tests.factories import give_work, join, make_open_study


@pytest.fixture
def assignment() -> Assignment:
    """A new annotator's first assignment: four comments, two batches in the study."""
    return give_work(join(make_open_study(videos=2)))


@pytest.fixture
def annotator(assignment: Assignment, client: Client) -> Client:
    """The annotator's browser."""
    user = assignment.membership.user
    assert user is not None
    client.force_login(user)
    return client
