"""The part of the page that follows a running study."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import (
    DjangoAssertNumQueries,
)

from accounts.models import User
from annotation.models import (
    MembershipRole,
    Study,
    StudyState,
)
from annotation.services.judging.assignments import give_batch
from tests import factories
from tests.annotation.views.pages import address, submit

pytestmark = pytest.mark.django_db


def test_the_live_part_counts_what_is_done(web: Client, researcher: User) -> None:
    study = factories.make_open_study(videos=2, redundancy=2, opened_at=timezone.now())
    factories.join(study, researcher, MembershipRole.RESEARCHER)
    first, second = factories.join(study), factories.join(study)
    submit(first, minutes=4)
    submit(first, minutes=8)
    give_batch(membership=second)

    text = web.get(address("study_live", study)).content.decode()

    words = " ".join(text.split())
    assert "2 <span>of 4</span>" in words  # submitted
    assert "8 <span>of 16</span>" in words  # judgments
    assert "6 min" in words  # median of 4 and 8
    assert first.code in words


def test_the_page_asks_again_while_the_study_runs_and_stops_when_it_is_closed(
    web: Client, researcher: User
) -> None:
    study = factories.make_open_study()
    factories.join(study, researcher, MembershipRole.RESEARCHER)

    running = web.get(address("study_live", study)).content.decode()
    Study.objects.update(state=StudyState.CLOSED)
    closed = web.get(address("study_live", study)).content.decode()

    assert 'hx-trigger="every 5s"' in running
    assert "hx-get" not in closed


@pytest.mark.parametrize("annotators", [1, 4])
def test_the_live_part_costs_the_same_number_of_queries_however_many_annotators(
    web: Client,
    researcher: User,
    annotators: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    study = factories.make_open_study(videos=4, redundancy=4)
    factories.join(study, researcher, MembershipRole.RESEARCHER)
    for _ in range(annotators):
        submit(factories.join(study), minutes=5)

    with django_assert_num_queries(12):
        web.get(address("study_live", study))
