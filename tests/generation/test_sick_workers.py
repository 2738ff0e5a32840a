"""A broken accelerator ends its process; jobs go elsewhere; a sick worker rests."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from corpus.media_files import stored
from corpus.models import VideoMedia
from generation.engines.base import Reason
from generation.engines.faults import is_device_broken, load_error
from generation.engines.transformers import TransformersEngine
from generation.installation import known_entry
from generation.models import (
    GenerationJob,
    GenerationRound,
    GenerationWorker,
    JobState,
)
from generation.programs.remote_code import reason_of
from generation.services.engines import EngineKeeper
from generation.services.rounds import jobs_of
from generation.services.shards import run_shard
from generation.services.workers import announce_worker
from tests.faults.installation import ENTRY, MODEL
from tests.generation.rounds import make_draft, only_source, start
from tests.specimens.checkpoints import build
from tests.specimens.clips import write_clip

# As torch says it, in the first line of many.
ASSERTION = "CUDA error: device-side assert triggered\nCUDA kernel errors might be"
HERE, QUEUE = "tests@here", "generation.transformers"


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkpoints")
    build("qwen2_5_vl", root / MODEL)
    return root


@pytest.fixture(autouse=True)
def site(settings: Settings, tmp_path: Path, checkpoints: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FRAME_CACHE_ROOT = tmp_path / "frames"
    settings.CHECKPOINT_ROOT = checkpoints
    settings.GENERATION_REGISTRY = str(tmp_path)
    settings.GENERATION_DEVICES = ["cpu"]
    greedy = ENTRY.replace("max_new_tokens = 400", "max_new_tokens = 20")
    entry = greedy.replace("temperature = 0.7", "temperature = 0")
    (tmp_path / f"{MODEL}.toml").write_text(entry)


def make_round(videos: int) -> GenerationRound:
    study = make_draft(videos=videos)
    for media in VideoMedia.objects.filter(video__batches__study=study):
        file = stored(media.original)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_clip(file)
        media.sha256 = hashlib.sha256(str(media.pk).encode()).hexdigest()
        media.save()
    return start(study, [MODEL])


@pytest.fixture
def breaking() -> Iterator[EngineKeeper]:
    """Holds an engine whose network fails as a broken accelerator does."""
    keeper = EngineKeeper()
    engine = keeper.engine(known_entry(MODEL))
    assert isinstance(engine, TransformersEngine)
    engine.prepare()

    def fail(*_: object) -> None:
        raise RuntimeError(ASSERTION)

    engine.loaded.network.register_forward_pre_hook(fail)
    yield keeper
    keeper.close()


def run(generation_round: GenerationRound, keeper: EngineKeeper) -> None:
    row = only_source(generation_round)
    run_shard(round_source_id=row.pk, worker=HERE, keeper=keeper)


@pytest.mark.django_db
def test_jobs_of_a_broken_accelerator_are_tried_again_and_the_worker_stops(
    breaking: EngineKeeper,
) -> None:
    announce_worker(name=HERE, queues=[QUEUE])
    generation_round = make_round(videos=2)

    run(generation_round, breaking)

    assert breaking.is_broken
    jobs = [*jobs_of(generation_round)]
    assert [(job.state, job.lost_count) for job in jobs] == [("waiting", 1)] * 2
    attempt = jobs[0].attempts.get()
    assert attempt.error_reason == Reason.DEVICE_BROKEN
    assert "CUDA error: device-side assert triggered" in attempt.error
    assert GenerationWorker.objects.get().broken_count == 1


@pytest.mark.django_db
def test_a_job_that_breaks_a_second_accelerator_fails_with_its_reason(
    breaking: EngineKeeper,
) -> None:
    generation_round = make_round(videos=1)
    GenerationJob.objects.update(lost_count=1)

    run(generation_round, breaking)

    job = jobs_of(generation_round).get()
    assert (job.state, job.error_reason) == (JobState.FAILED, Reason.DEVICE_BROKEN)


@pytest.mark.django_db
def test_a_worker_whose_accelerator_broke_twice_takes_nothing_and_says_why() -> None:
    announce_worker(name=HERE, queues=[QUEUE])
    GenerationWorker.objects.update(broken_count=2)
    GenerationWorker.objects.create(
        name="other", queues=[QUEUE], seen_at=timezone.now()
    )
    generation_round = make_round(videos=1)

    run(generation_round, EngineKeeper())
    worker = announce_worker(name=HERE, queues=[QUEUE])

    assert jobs_of(generation_round).get().state == JobState.WAITING
    assert all("broke 2 times in a row" in why for why in worker.verdicts.values())


@pytest.mark.django_db
def test_a_worker_that_writes_is_well_again() -> None:
    announce_worker(name=HERE, queues=[QUEUE])
    GenerationWorker.objects.update(broken_count=1)
    keeper = EngineKeeper()

    run(make_round(videos=1), keeper)
    keeper.close()

    assert GenerationWorker.objects.get().broken_count == 0


@pytest.mark.parametrize(
    ("error", "is_broken"),
    [
        (RuntimeError(ASSERTION), True),
        (RuntimeError("cuBLAS error: CUBLAS_STATUS_EXECUTION_FAILED"), True),
        (RuntimeError("CUDA out of memory. Tried to allocate"), False),
        (RuntimeError("CUDA error: out of memory"), False),
        (RuntimeError("shapes cannot be multiplied"), False),
        (ValueError("CUDA error"), False),
    ],
)
def test_only_a_lost_context_counts_as_broken(
    error: Exception, *, is_broken: bool
) -> None:
    assert is_device_broken(error) is is_broken


@pytest.mark.parametrize(
    ("error", "reason", "is_retryable"),
    [
        (RuntimeError("CUDA out of memory"), Reason.OUT_OF_MEMORY, True),
        (RuntimeError(ASSERTION), Reason.DEVICE_BROKEN, True),
        (RuntimeError("size mismatch for weight"), Reason.MISCONFIGURED, False),
        (OSError("no file named config.json"), Reason.MISCONFIGURED, False),
    ],
)
def test_what_goes_wrong_at_loading_is_told_apart(
    error: Exception, reason: Reason, *, is_retryable: bool
) -> None:
    told = load_error(Path("/srv/x"), error)

    assert (told.reason, told.retryable) == (reason, is_retryable)


@pytest.mark.parametrize(
    ("error", "doing", "reason"),
    [
        (RuntimeError("CUDA out of memory"), "write", "out_of_memory"),
        (RuntimeError(ASSERTION), "write", "crashed"),
        (ValueError("the image is too small"), "write", "undecodable"),
        (RuntimeError("size mismatch"), "open", "misconfigured"),
        (ImportError("no module named decord"), "write", "misconfigured"),
    ],
)
def test_the_remote_program_tells_passing_from_permanent(
    error: Exception, doing: str, reason: str
) -> None:
    assert reason_of(error, doing)["reason"] == reason
