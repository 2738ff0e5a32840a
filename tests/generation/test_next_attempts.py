"""What the next attempt at a job will be."""

import pytest
from pytest_django import DjangoAssertNumQueries

from corpus.models import Video
from generation.engines.base import EngineError, Reason
from generation.installation import known_entry
from generation.models import GenerationRound
from generation.services.next_attempts import NextAttempt, next_attempts
from tests.generation.rounds import MODEL, claim, make_draft, only_source, start, write

pytestmark = pytest.mark.django_db


def attempts_of(generation_round: GenerationRound) -> list[NextAttempt]:
    generation_round.refresh_from_db()
    row = only_source(generation_round)
    jobs = [*row.jobs.select_related("video")]
    return next_attempts(jobs=jobs, row=row, entry=known_entry(MODEL))


def test_attempts_are_numbered_and_each_has_a_seed_of_its_own() -> None:
    generation_round = start(make_draft(videos=2))
    before = attempts_of(generation_round)
    taken = claim(generation_round)
    write(taken, taken.jobs[0], error=EngineError(Reason.TIMEOUT, "Too slow."))

    after = attempts_of(generation_round)

    assert [attempt.number for attempt in before] == [1, 1]
    assert [attempt.number for attempt in after] == [2, 1]
    assert len({attempt.seed for attempt in [*before, after[0]]}) == 3


def test_the_same_round_on_another_installation_draws_the_same() -> None:
    """Database ids differ there; the platform's ids of videos do not."""
    first, second = start(make_draft(videos=1)), start(make_draft(videos=1))
    GenerationRound.objects.update(seed=41)

    def seed_of(generation_round: GenerationRound) -> int:
        """With the video known as one that the other round does not have."""
        (attempt,) = attempts_of(generation_round)
        video = Video.objects.filter(pk=attempt.job.video_id)
        before = video.get().external_id
        video.update(external_id="the same")
        (attempt,) = attempts_of(generation_round)
        video.update(external_id=before)
        return attempt.seed

    assert seed_of(first) == seed_of(second)
    assert attempts_of(first)[0].seed != attempts_of(second)[0].seed


def test_asking_for_many_attempts_is_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    row = only_source(start(make_draft(videos=4)))
    jobs = [*row.jobs.select_related("video")]
    assert row.round.seed
    assert row.source.key

    with django_assert_num_queries(1):
        next_attempts(jobs=jobs, row=row, entry=known_entry(MODEL))
