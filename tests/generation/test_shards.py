"""The worker's loop, with a real tiny checkpoint and real clips."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from corpus.media_files import stored
from corpus.models import VideoMedia
from generation.engines.base import EngineError, Reason
from generation.installation import known_entry
from generation.models import Attempt, GenerationRound, GenerationWorker, RoundState
from generation.services.engines import EngineKeeper
from generation.services.job_frames import JobFrames
from generation.services.next_attempts import next_attempts
from generation.services.rounds import jobs_of, pause_round
from generation.services.shards import run_shard
from generation.services.workers import announce_worker
from tests.faults.installation import ENTRY, MODEL
from tests.generation.rounds import claim, make_draft, only_source, start
from tests.specimens.checkpoints import build
from tests.specimens.clips import write_clip

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkpoints")
    build("qwen2_5_vl", root / MODEL)
    return root


@pytest.fixture
def keeper() -> Iterator[EngineKeeper]:
    keeper = EngineKeeper()
    yield keeper
    keeper.close()


@pytest.fixture(autouse=True)
def registry(settings: Settings, tmp_path: Path, checkpoints: Path) -> Path:
    """A site's registry with the tiny model; returns the entry's file."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FRAME_CACHE_ROOT = tmp_path / "frames"
    settings.CHECKPOINT_ROOT = checkpoints
    settings.GENERATION_REGISTRY = str(tmp_path)
    settings.GENERATION_DEVICES = ["cpu"]
    entry = tmp_path / f"{MODEL}.toml"
    # Greedy: drawn noise is now and then no comment, and the job then waits.
    decoding = ENTRY.replace("max_new_tokens = 400", "max_new_tokens = 20")
    entry.write_text(decoding.replace("temperature = 0.7", "temperature = 0"))
    return entry


def make_round(videos: int = 2) -> GenerationRound:
    """A round of the tiny model on clips that are really there."""
    study = make_draft(videos=videos)
    for media in VideoMedia.objects.filter(video__batches__study=study):
        file = stored(media.original)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_clip(file)
        media.sha256 = hashlib.sha256(str(media.pk).encode()).hexdigest()
        media.save()
    return start(study, [MODEL])


def run(generation_round: GenerationRound, keeper: EngineKeeper) -> None:
    run_shard(
        round_source_id=only_source(generation_round).pk,
        worker="tests@here",
        keeper=keeper,
    )
    generation_round.refresh_from_db()


def test_a_shard_writes_and_ends_the_round(keeper: EngineKeeper) -> None:
    generation_round = make_round(videos=2)

    run(generation_round, keeper)

    assert generation_round.state == RoundState.DONE
    attempts = Attempt.objects.all()
    assert {attempt.engine["entry"] for attempt in attempts} == {MODEL}
    assert all("transformers" in attempt.engine["engine"] for attempt in attempts)
    assert all(attempt.engine["content_hash"] for attempt in attempts)
    assert all(attempt.token_count > 0 for attempt in attempts)
    assert len({attempt.seed for attempt in attempts}) == len(attempts)


def test_a_second_run_of_a_shard_changes_nothing(keeper: EngineKeeper) -> None:
    generation_round = make_round(videos=1)
    run(generation_round, keeper)
    before = Attempt.objects.count()

    run(generation_round, keeper)

    assert Attempt.objects.count() == before


def test_what_the_import_counted_is_not_counted_again() -> None:
    generation_round = make_round(videos=1)
    # Other than measuring would find.
    VideoMedia.objects.update(frame_count=20, duration_s=1.5)

    row, jobs = only_source(generation_round), claim(generation_round).jobs
    attempts = next_attempts(jobs=jobs, row=row, entry=known_entry(row.entry))
    with JobFrames([], row.round.created_at) as frames:
        ((_, found),) = frames.of(attempts)

    assert not isinstance(found, EngineError)
    assert (found[0].duration, len(found[0].images)) == (1.5, 4)


def test_a_message_of_a_paused_round_does_nothing(keeper: EngineKeeper) -> None:
    generation_round = make_round(videos=1)
    pause_round(generation_round=generation_round)

    run(generation_round, keeper)

    assert generation_round.state == RoundState.PAUSED
    assert not Attempt.objects.exists()


def test_a_missing_checkpoint_ends_the_jobs_and_says_what_to_do(
    keeper: EngineKeeper, settings: Settings, tmp_path: Path
) -> None:
    generation_round = make_round(videos=2)
    settings.CHECKPOINT_ROOT = tmp_path / "empty"

    run(generation_round, keeper)

    reasons = jobs_of(generation_round).values_list("error_reason", "error")
    assert {reason for reason, _ in reasons} == {Reason.UNAVAILABLE}
    assert all("No checkpoint in" in error for _, error in reasons)
    assert generation_round.state == RoundState.DONE


def test_what_this_worker_cannot_run_is_left_to_one_that_can(
    keeper: EngineKeeper, settings: Settings, tmp_path: Path
) -> None:
    generation_round = make_round(videos=1)
    settings.CHECKPOINT_ROOT = tmp_path / "empty"
    GenerationWorker.objects.create(
        name="other", queues=["generation.transformers"], seen_at=timezone.now()
    )

    run(generation_round, keeper)

    assert generation_round.state == RoundState.OPEN
    assert jobs_of(generation_round).get().state == "waiting"


def test_a_damaged_checkpoint_ends_the_jobs_with_a_reason(
    keeper: EngineKeeper, settings: Settings, tmp_path: Path
) -> None:
    generation_round = make_round(videos=1)
    folder = tmp_path / "damaged" / MODEL
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    settings.CHECKPOINT_ROOT = tmp_path / "damaged"

    run(generation_round, keeper)

    job = jobs_of(generation_round).get()
    assert job.error or job.attempts.get().error


def test_an_entry_that_is_gone_ends_the_jobs(
    keeper: EngineKeeper, registry: Path
) -> None:
    generation_round = make_round(videos=1)
    registry.unlink()

    run(generation_round, keeper)

    job = jobs_of(generation_round).get()
    assert job.error_reason == Reason.MISCONFIGURED
    assert "No model is called tiny" in job.error


def test_a_broken_entry_of_another_model_harms_nobody(
    keeper: EngineKeeper, registry: Path
) -> None:
    generation_round = make_round(videos=1)
    registry.with_name("broken.toml").write_text("title = ")

    run(generation_round, keeper)

    assert jobs_of(generation_round).get().error_reason == ""


def test_a_video_whose_file_is_away_waits_alone_for_another_attempt(
    keeper: EngineKeeper,
) -> None:
    generation_round = make_round(videos=2)
    media = VideoMedia.objects.order_by("pk")[0]
    stored(media.original).unlink()

    run(generation_round, keeper)

    lost = jobs_of(generation_round).get(video=media.video)
    assert lost.attempts.get().error_reason == Reason.UNDECODABLE
    assert (lost.state, lost.try_count) == ("waiting", 1)
    assert jobs_of(generation_round).exclude(pk=lost.pk).get().state == "done"


def test_a_video_that_cannot_be_decoded_fails_at_once_and_alone(
    keeper: EngineKeeper,
) -> None:
    generation_round = make_round(videos=2)
    media = VideoMedia.objects.order_by("pk")[0]
    stored(media.original).write_text("no video at all" * 100)

    run(generation_round, keeper)

    lost = jobs_of(generation_round).get(video=media.video)
    assert (lost.state, lost.error_reason) == ("failed", Reason.UNDECODABLE)
    assert jobs_of(generation_round).exclude(pk=lost.pk).get().state == "done"


def test_a_worker_says_what_it_can_run_and_why_not_the_others() -> None:
    worker = announce_worker(name="here", queues=["generation.transformers"])

    assert worker.verdicts[MODEL] == ""
    assert "No checkpoint in" in worker.verdicts["qwen2.5-vl-7b"]
    assert "gpt-4o" not in worker.verdicts
    assert worker.device
