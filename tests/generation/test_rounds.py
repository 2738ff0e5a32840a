"""Rounds: what they make, how they end, and what may be done again."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.errors import AnnotationError
from annotation.models import BatchComment, Study
from annotation.selectors.studies.readiness import readiness_of
from generation.engines.base import EngineError, Reason
from generation.errors import GenerationError
from generation.models import (
    MAX_REGENERATIONS,
    Attempt,
    GenerationJob,
    GenerationRound,
    GenerationWorker,
    RoundScope,
    RoundState,
)
from generation.services.claims import claim_jobs, renew
from generation.services.rounds import (
    cancel_round,
    finish_if_over,
    jobs_of,
    pause_round,
    regenerate_flagged,
    resume_round,
    retry_failures,
)
from tests.factories import open_study
from tests.generation.rounds import (
    MODEL,
    OTHER_MODEL,
    claim,
    make_draft,
    only_source,
    start,
    write,
    write_all,
)

pytestmark = pytest.mark.django_db


def states_of(generation_round: GenerationRound) -> list[str]:
    return sorted(jobs_of(generation_round).values_list("state", flat=True))


# --- Opening ------------------------------------------------------------------------


def test_a_round_has_one_job_for_each_model_and_video() -> None:
    generation_round = start(make_draft(videos=3), [MODEL, OTHER_MODEL])

    assert jobs_of(generation_round).count() == 6
    assert states_of(generation_round) == ["waiting"] * 6


def test_the_models_become_sources_of_the_study() -> None:
    study = make_draft()

    start(study, [MODEL, OTHER_MODEL])

    keys = {source.key for source in study.sources.all()}
    assert keys == {"qwen2-5-vl-7b", "internvl3-8b"}


def test_a_sealed_study_takes_no_round() -> None:
    study = open_study(make_draft())

    with pytest.raises(AnnotationError, match="only possible in these states: draft"):
        start(study)

    assert not GenerationRound.objects.exists()


def test_the_same_round_started_twice_writes_nothing_twice() -> None:
    study = make_draft()
    start(study)

    with pytest.raises(GenerationError, match="nothing left to write"):
        start(study)

    assert GenerationJob.objects.count() == 3


def test_what_an_open_round_has_written_is_not_written_again() -> None:
    study = make_draft()
    taken = claim(start(study))
    write(taken, taken.jobs[0])

    with pytest.raises(GenerationError, match="nothing left to write"):
        start(study)

    assert GenerationJob.objects.count() == 3


def test_two_active_jobs_of_one_source_and_video_are_refused() -> None:
    study = make_draft(videos=1)
    job = jobs_of(start(study)).get()
    other = only_source(start(make_draft(videos=1)))

    with (
        pytest.raises(IntegrityError, match="one_job_at_a_time_per_source_and_video"),
        transaction.atomic(),
    ):
        GenerationJob.objects.create(
            round_source=other, source=job.source, video=job.video
        )


def test_a_model_that_fits_no_worker_is_refused_before_the_start() -> None:
    GenerationWorker.objects.create(
        name="small",
        queues=["generation.transformers"],
        verdicts={MODEL: "It needs 20 GiB; this machine has 4."},
        seen_at=timezone.now(),
    )

    with pytest.raises(GenerationError, match="needs 20 GiB"):
        start(make_draft())


def test_a_model_that_one_of_two_workers_can_run_is_started() -> None:
    for name, verdict in (("small", "too large"), ("large", "")):
        GenerationWorker.objects.create(
            name=name,
            queues=["generation.transformers"],
            verdicts={MODEL: verdict},
            seen_at=timezone.now(),
        )

    assert start(make_draft()).state == RoundState.OPEN


def test_a_second_round_writes_only_what_is_missing() -> None:
    study = make_draft(videos=3)
    first = start(study)
    taken = claim(first, limit=2)
    for job in taken.jobs:
        write(taken, job)
    cancel_round(generation_round=first, actor=None)

    second = start(study)

    assert jobs_of(second).count() == 1


def test_a_round_for_every_video_replaces_the_older_comments() -> None:
    study = make_draft(videos=2)
    first = start(study)
    write_all(first)
    finish_if_over(generation_round=first)

    second = start(study, scope=RoundScope.ALL)
    write_all(second, text="something new altogether")
    finish_if_over(generation_round=second)

    texts = BatchComment.objects.filter(
        batch__study=study, source=only_source(second).source
    ).values_list("comment__text", flat=True)
    assert [*texts] == ["something new altogether"] * 2


# --- Ending -------------------------------------------------------------------------


def test_a_round_that_is_over_fills_the_study() -> None:
    study = make_draft(videos=3)
    generation_round = start(study)
    write_all(generation_round)

    finish_if_over(generation_round=generation_round)

    assert generation_round.state == RoundState.DONE
    assert readiness_of(study).missing_count == 0
    assert study.events.filter(action="generation round done").exists()


def test_a_round_is_not_over_while_a_job_is_in_work() -> None:
    generation_round = start(make_draft())
    claim(generation_round, limit=1)

    assert not finish_if_over(generation_round=generation_round)
    assert generation_round.state == RoundState.OPEN


def test_a_sealed_study_keeps_its_batches_when_a_round_ends() -> None:
    study = make_draft(videos=1)
    generation_round = start(study)
    write_all(generation_round)
    open_study(study)
    before = [*BatchComment.objects.values_list("pk", "comment")]

    finish_if_over(generation_round=generation_round)

    assert generation_round.state == RoundState.DONE
    assert [*BatchComment.objects.values_list("pk", "comment")] == before


def test_cancelling_throws_away_what_is_in_work() -> None:
    generation_round = start(make_draft(videos=3))
    taken = claim(generation_round, limit=2)
    write(taken, taken.jobs[0])

    cancel_round(generation_round=generation_round, actor=None)

    assert states_of(generation_round) == ["cancelled", "cancelled", "done"]
    assert not write(taken, taken.jobs[1])
    assert renew(claim=taken) == 0
    assert Attempt.objects.count() == 1


def test_a_cancelled_round_leaves_no_source_without_comments() -> None:
    study = make_draft(videos=3)
    before = study.declared_sources

    generation_round = start(study)
    cancel_round(generation_round=generation_round, actor=None)

    assert study.declared_sources == before


def test_a_cancelled_round_keeps_a_source_that_it_wrote_comments_for() -> None:
    study = make_draft(videos=3)
    generation_round = start(study)
    taken = claim(generation_round, limit=1)
    write(taken, taken.jobs[0])

    cancel_round(generation_round=generation_round, actor=None)

    assert only_source(generation_round).source in study.declared_sources


def test_a_paused_round_gives_out_no_job_until_it_goes_on() -> None:
    generation_round = start(make_draft())
    source = only_source(generation_round)

    pause_round(generation_round=generation_round)

    assert claim_jobs(round_source=source, limit=1) is None
    resume_round(generation_round=generation_round)
    assert claim_jobs(round_source=source, limit=1) is not None


def test_a_step_that_does_not_fit_the_state_says_so() -> None:
    generation_round = start(make_draft())

    with pytest.raises(GenerationError, match="is running already"):
        resume_round(generation_round=generation_round)


# --- Once more ----------------------------------------------------------------------


def test_failed_jobs_are_done_anew_and_reopen_the_round() -> None:
    generation_round = start(make_draft(videos=2))
    taken = claim(generation_round)
    write(taken, taken.jobs[0])
    write(taken, taken.jobs[1], error=EngineError(Reason.UNDECODABLE, "Broken."))
    finish_if_over(generation_round=generation_round)

    count = retry_failures(generation_round=generation_round)

    assert count == 1
    assert generation_round.state == RoundState.OPEN
    assert states_of(generation_round) == ["done", "waiting"]


def test_flagged_comments_are_written_anew_only_so_often_and_all_are_kept() -> None:
    generation_round = start(make_draft(videos=1))
    write_all(generation_round, flags=("refusal",), text="take 0")
    for number in range(1, MAX_REGENERATIONS + 1):
        regenerate_flagged(generation_round=generation_round)
        write_all(generation_round, flags=("refusal",), text=f"take {number}")

    with pytest.raises(GenerationError, match="nothing to regenerate"):
        regenerate_flagged(generation_round=generation_round)

    texts = Attempt.objects.order_by("number").values_list("text", flat=True)
    assert [*texts] == ["take 0", "take 1", "take 2", "take 3"]


def test_a_text_written_again_is_the_one_that_stands_in_the_batch() -> None:
    study = make_draft(videos=1)
    generation_round = start(study)
    write_all(generation_round, flags=("refusal",), text="first")
    for text in ("second", "first"):
        regenerate_flagged(generation_round=generation_round)
        write_all(generation_round, flags=("refusal",), text=text)
    finish_if_over(generation_round=generation_round)

    source = only_source(generation_round).source
    held = BatchComment.objects.get(batch__study=study, source=source)

    assert held.comment.text == "first"


def test_nothing_is_done_anew_once_the_study_is_sealed() -> None:
    study = make_draft(videos=1)
    generation_round = start(study)
    write_all(generation_round, flags=("refusal",))
    finish_if_over(generation_round=generation_round)
    open_study(study)
    generation_round = GenerationRound.objects.get()

    with pytest.raises(GenerationError, match="no longer a draft"):
        regenerate_flagged(generation_round=generation_round)


def test_a_deleted_study_leaves_the_round_and_where_comments_came_from() -> None:
    study = make_draft(videos=1)
    generation_round = start(study)
    write_all(generation_round)
    study.batches.all().delete()

    Study.objects.filter(pk=study.pk).delete()

    generation_round.refresh_from_db()
    assert generation_round.study is None
    assert Attempt.objects.count() == 1
