"""Work that was lost with a worker or a message is taken up again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generation.engines.base import Reason
from generation.models import (
    GenerationJob,
    GenerationRound,
    JobState,
    RoundState,
)
from generation.services.claims import MAX_LOST, give_up, reap
from generation.services.rounds import (
    jobs_of,
)
from generation.services.tending import work_of, work_to_announce
from tests.generation.rounds import (
    claim,
    make_draft,
    only_source,
    start,
    write_all,
)

pytestmark = pytest.mark.django_db


def states_of(generation_round: GenerationRound) -> list[str]:
    return sorted(jobs_of(generation_round).values_list("state", flat=True))


def let_leases_run_out() -> None:
    past = timezone.now() - timedelta(seconds=1)
    GenerationJob.objects.filter(state=JobState.RUNNING).update(leased_until=past)


def test_jobs_of_a_vanished_worker_wait_again() -> None:
    generation_round = start(make_draft(videos=2))
    claim(generation_round)
    let_leases_run_out()

    assert reap() == 2

    assert states_of(generation_round) == ["waiting"] * 2


def test_a_job_that_workers_vanish_with_is_taken_alone_and_last() -> None:
    generation_round = start(make_draft(videos=3))
    claim(generation_round, limit=1)
    let_leases_run_out()
    reap()
    suspect = jobs_of(generation_round).get(lost_count=1)

    fresh, alone = claim(generation_round), claim(generation_round)

    assert suspect not in fresh.jobs
    assert alone.jobs == (suspect,)


def test_a_job_that_kills_every_worker_fails_in_the_end() -> None:
    generation_round = start(make_draft(videos=1))
    for _ in range(MAX_LOST):
        give_up(claim=claim(generation_round))

    job = jobs_of(generation_round).get()

    assert (job.state, job.error_reason) == (JobState.FAILED, Reason.CRASHED)


def test_a_silent_queue_is_woken_and_then_left_alone() -> None:
    generation_round = start(make_draft(videos=3))

    first = work_to_announce(queue_length=lambda _: 0)
    second = work_to_announce(queue_length=lambda _: 0)

    assert [(work.owner_id, work.job_count) for work in first] == [
        (only_source(generation_round).pk, 3)
    ]
    assert second == []


def test_a_queue_with_messages_or_at_work_is_not_woken() -> None:
    generation_round = start(make_draft(videos=3))

    assert work_to_announce(queue_length=lambda _: 1) == []
    claim(generation_round, limit=1)
    assert work_to_announce(queue_length=lambda _: 0) == []
    assert len(work_of(generation_round)) == 1


def test_a_round_whose_worker_died_after_the_last_job_is_ended() -> None:
    generation_round = start(make_draft(videos=1))
    write_all(generation_round)

    work_to_announce(queue_length=lambda _: 0)

    generation_round.refresh_from_db()
    assert generation_round.state == RoundState.DONE
