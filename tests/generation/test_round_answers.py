"""Answers of models: what is stored of one, and when it is asked for again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generation.engines.base import EngineError, Reason
from generation.installation import known_entry
from generation.models import (
    Attempt,
    GenerationJob,
    JobState,
)
from generation.services.claims import claim_jobs, reap
from generation.services.next_attempts import next_attempts
from generation.services.rounds import (
    jobs_of,
)
from tests.generation.rounds import (
    MODEL,
    claim,
    make_draft,
    only_source,
    start,
    write,
    write_all,
)

pytestmark = pytest.mark.django_db


def let_leases_run_out() -> None:
    past = timezone.now() - timedelta(seconds=1)
    GenerationJob.objects.filter(state=JobState.RUNNING).update(leased_until=past)


def test_an_attempt_holds_all_that_made_the_comment() -> None:
    generation_round = start(make_draft(videos=1))
    row = only_source(generation_round)
    (expected,) = next_attempts(
        jobs=[row.jobs.get()], row=row, entry=known_entry(MODEL)
    )
    write_all(generation_round, text="love the dog", flags=("looping",))

    attempt = Attempt.objects.get()

    assert attempt.comment is not None
    assert attempt.comment.text == attempt.raw_text == "love the dog"
    assert attempt.seed == expected.seed
    assert attempt.frames_policy == repr(known_entry(MODEL).frames_policy)
    assert attempt.prompt_version == "comment-1"
    assert attempt.engine["entry"] == MODEL
    assert attempt.flags == attempt.job.flags == ["looping"]


def test_the_comment_is_cleaned_as_those_of_people_are() -> None:
    generation_round = start(make_draft(videos=1))

    write_all(generation_round, text="caf\u0065\u0301   time\u200b")

    comment = jobs_of(generation_round).get().comment
    assert comment is not None
    assert comment.text == "café time"


def test_a_text_without_words_is_tried_again_and_then_fails_as_empty() -> None:
    generation_round = start(make_draft(videos=1))
    for _ in range(3):
        GenerationJob.objects.update(due_at=None)
        write_all(generation_round, text="...")

    job = jobs_of(generation_round).get()

    assert (job.state, job.error_reason) == (JobState.FAILED, Reason.EMPTY)
    assert job.attempts.count() == 3


def test_an_answer_that_is_too_long_is_not_cut_but_written_again() -> None:
    generation_round = start(make_draft(videos=1))
    answer = "what a dog " * 60
    write_all(generation_round, text=answer)

    job = jobs_of(generation_round).get()

    assert (job.state, job.comment) == (JobState.WAITING, None)
    attempt = job.attempts.get()
    assert attempt.raw_text == answer
    assert attempt.error_reason == Reason.INELIGIBLE


def test_every_line_of_an_answer_is_shown() -> None:
    generation_round = start(make_draft(videos=1))
    write_all(generation_round, text="Comment: what a dog\n\nI want one")

    comment = jobs_of(generation_round).get().comment

    assert comment is not None
    assert comment.text == "what a dog I want one"


def test_an_error_that_may_pass_lets_the_job_wait_a_moment() -> None:
    generation_round = start(make_draft(videos=1))
    write_all(generation_round, error=EngineError(Reason.RATE_LIMITED, "Too fast."))

    job = jobs_of(generation_round).get()

    assert job.state == JobState.WAITING
    assert job.due_at is not None
    assert job.due_at > timezone.now()
    assert claim_jobs(round_source=only_source(generation_round), limit=1) is None


def test_a_permanent_error_ends_the_job_with_its_reason() -> None:
    generation_round = start(make_draft(videos=1))
    error = EngineError(Reason.UNDECODABLE, "No frame can be decoded.")
    write_all(generation_round, error=error)

    job = jobs_of(generation_round).get()

    assert (job.state, job.error) == (JobState.FAILED, "No frame can be decoded.")


def test_a_nul_in_a_models_words_is_stored() -> None:
    generation_round = start(make_draft(videos=1))

    write_all(generation_round, text="so\0 good")

    assert jobs_of(generation_round).get().state == JobState.DONE


def test_a_claim_that_was_taken_over_stores_nothing() -> None:
    generation_round = start(make_draft(videos=1))
    slow = claim(generation_round)
    let_leases_run_out()
    reap()
    fast = claim(generation_round)

    assert write(fast, fast.jobs[0], text="first")
    assert not write(slow, slow.jobs[0], text="second")

    assert Attempt.objects.get().text == "first"
