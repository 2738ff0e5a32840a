"""A local model as a judge, by how likely it finds each verdict: a real tiny one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from corpus.media_files import stored
from generation.installation import known_entry
from generation.services.engines import EngineKeeper
from judges.errors import JudgeError
from judges.models import JudgeRun, RunMode, RunState, RunView
from judges.selectors.previews import Manner
from judges.services.asking import ask_judge
from judges.services.runs import start_run
from tests.analysis.judge.studies import make_half_judged_study
from tests.factories import make_media
from tests.faults.installation import MODEL
from tests.specimens.checkpoints import build as build_checkpoint
from tests.specimens.clips import write_clip
from tests.thinking.asking import write_entry

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkpoints")
    build_checkpoint("qwen2_5_vl", root / MODEL)
    return root


@pytest.fixture(autouse=True)
def site(settings: Settings, tmp_path: Path, checkpoints: Path) -> None:
    settings.CHECKPOINT_ROOT = checkpoints
    settings.GENERATION_REGISTRY = str(tmp_path)
    settings.GENERATION_DEVICES = ["cpu"]
    settings.FRAME_CACHE_ROOT = tmp_path / "frames"
    write_entry(tmp_path)


@pytest.fixture
def keeper() -> Iterator[EngineKeeper]:
    keeper = EngineKeeper()
    yield keeper
    keeper.close()


def test_a_local_model_is_a_judge_by_the_likelihood_of_verdicts(
    keeper: EngineKeeper,
) -> None:
    study = make_half_judged_study(videos=8, judged=6, annotators=4)
    manner = Manner(RunView.TEXT, RunMode.LIKELIHOOD, seed=1)
    run = start_run(study=study, entry=known_entry(MODEL), manner=manner)

    ask_judge(run_id=run.pk, worker="tests@here", keeper=keeper)

    run = JudgeRun.objects.select_related("judge").get()
    assert run.state == RunState.DONE
    judge = run.judge
    assert judge is not None
    assert judge.is_done, judge.error
    assert judge.guesses.count() == 24
    given = judge.given or {}
    assert all(0 < chance < 1 for chance in given.values())
    assert len({*given.values()}) > 10  # comment by comment
    assert judge.provenance["mode"] == "likelihood"
    assert judge.provenance["prompt_version"] == "judge-word-1"
    assert judge.provenance["content_hash"]


@pytest.mark.nightly
def test_mimic_chat_is_a_judge_that_sees_the_video(
    keeper: EngineKeeper, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    study = make_half_judged_study(videos=7, judged=6, annotators=4)
    for number, batch in enumerate(study.batches.select_related("video")):
        media = make_media(batch.video, sha256=f"{number:064x}")
        file = stored(media.original)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_clip(file)
    entry = known_entry("mimic-chat-nano")
    with pytest.raises(JudgeError, match="can't be asked without a video"):
        start_run(study=study, entry=entry, manner=Manner(mode=RunMode.LIKELIHOOD))
    manner = Manner(RunView.FRAMES, RunMode.LIKELIHOOD, seed=1)
    run = start_run(study=study, entry=entry, manner=manner)

    ask_judge(run_id=run.pk, worker="tests@here", keeper=keeper)

    run = JudgeRun.objects.select_related("judge").get()
    judge = run.judge
    assert judge is not None, run.jobs.values_list("error", flat=True)
    assert judge.is_done, judge.error
    assert judge.name == entry.title
    assert judge.guesses.count() == 21


def test_likelihoods_are_asked_once() -> None:
    study = make_half_judged_study(videos=8, judged=6, annotators=4)
    manner = Manner(mode=RunMode.LIKELIHOOD, samples=2)

    with pytest.raises(JudgeError, match="the same each time"):
        start_run(study=study, entry=known_entry(MODEL), manner=manner)
