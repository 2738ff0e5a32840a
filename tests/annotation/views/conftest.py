"""A researcher, logged in, and a draft of theirs."""

import pytest
from django.test import Client

from accounts.models import User
from annotation.models import (
    DocumentKind,
    MembershipRole,
    Study,
)
from tests import factories


@pytest.fixture
def researcher() -> User:
    return factories.make_researcher()


@pytest.fixture
def web(researcher: User) -> Client:
    """A browser of a researcher who is logged in."""
    client = Client()
    client.force_login(researcher)
    return client


@pytest.fixture
def study(researcher: User) -> Study:
    """A draft of the researcher's that could be sealed."""
    videos = [factories.make_media(factories.make_video()).video for _ in range(2)]
    study = factories.make_study(videos=videos)
    factories.join(study, researcher, MembershipRole.RESEARCHER)
    for kind in DocumentKind:
        factories.make_document(study, kind)
    return study
