"""The sources page: what a study may take, and letting it take more."""

import pytest
from django.test import Client

from annotation.models import MembershipRole, PooledComment, Study
from tests import factories
from tests.annotation.views.pages import address

pytestmark = pytest.mark.django_db


def make_study_of(user: object, source_key: str) -> Study:
    """A study of this researcher with comments of its own from one source."""
    source = factories.make_source(source_key)
    study = factories.make_study(ai_sources=[source])
    PooledComment.objects.update_or_create(
        comment__source=source, defaults={"study": study}
    )
    factories.join(study, user, MembershipRole.RESEARCHER)  # type: ignore[arg-type]
    return study


@pytest.fixture
def two(client: Client) -> tuple[Study, Study, Study]:
    """Two studies of the person signed in, and one of somebody else."""
    me = factories.make_researcher()
    client.force_login(me)
    return (
        make_study_of(me, "mine"),
        make_study_of(me, "second"),
        make_study_of(factories.make_researcher(), "stranger"),
    )


def test_the_sources_of_other_studies_are_not_listed(
    client: Client, two: tuple[Study, Study, Study]
) -> None:
    mine, _second, _foreign = two

    page = client.get(address("study_sources", mine)).content.decode()

    assert "source-mine" in page
    assert "source-second" not in page
    assert "stranger" not in page.casefold()


def test_a_draft_takes_from_a_study_of_the_same_person(
    client: Client, two: tuple[Study, Study, Study]
) -> None:
    mine, second, _foreign = two

    client.post(address("study_take_comments", mine), {"study": second.key})

    page = client.get(address("study_sources", mine)).content.decode()
    assert "source-second" in page
    assert mine.pool.count() == 2


def test_a_draft_takes_nothing_from_a_study_of_somebody_else(
    client: Client, two: tuple[Study, Study, Study]
) -> None:
    mine, _second, foreign = two

    answer = client.post(
        address("study_take_comments", mine), {"study": foreign.key}, follow=True
    )

    assert "You have no such study." in answer.content.decode()
    assert mine.pool.count() == 1
