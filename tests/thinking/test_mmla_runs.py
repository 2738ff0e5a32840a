"""Models answer MMLA through the rounds' own loop: real checkpoints, a real clip."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from generation.installation import known_entry
from generation.services.engines import EngineKeeper
from tasks.answering import Mode, View
from tasks.mmla.prompts import Wording
from tasks.mmla.sets import all_sets
from tests.faults.installation import MODEL
from tests.specimens.checkpoints import build as build_checkpoint
from tests.thinking.asking import work_on, write_entry
from tests.thinking.mmla import make_label_build
from thinking.errors import RunError
from thinking.models import AnswerRun, Build, RunState
from thinking.selectors.previews import Manner
from thinking.selectors.results import current_label_results
from thinking.services.runs import start_run

pytestmark = pytest.mark.django_db

NANO = "mimic-chat-nano"


@pytest.fixture
def keeper() -> Iterator[EngineKeeper]:
    keeper = EngineKeeper()
    yield keeper
    keeper.close()


@pytest.fixture(autouse=True)
def site(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FRAME_CACHE_ROOT = tmp_path / "frames"
    settings.CHECKPOINT_ROOT = tmp_path / "checkpoints"
    settings.GENERATION_REGISTRY = str(tmp_path)
    settings.GENERATION_DEVICES = ["cpu"]


def ask(build: Build, keeper: EngineKeeper, key: str, manner: Manner) -> AnswerRun:
    run = start_run(build=build, entry=known_entry(key), manner=manner)
    while run.state == RunState.OPEN:
        work_on(run, keeper)
    return run


def test_nano_answers_utterances_with_their_clips_in_every_order_of_the_labels(
    tmp_path: Path, keeper: EngineKeeper
) -> None:
    build = make_label_build(tmp_path, "MUStARD", clips=2)

    run = ask(build, keeper, NANO, Manner(rotations=4, seed=1))

    # Two labels have two orders.
    assert run.replies.count() == 4
    assert run.reply_goal == 16
    assert run.wording == "paper"
    assert all(reply.engine for reply in run.replies.all())
    (found,) = current_label_results(build).runs
    assert found.counts.replies == 4
    assert found.scores.item_count == 4
    assert not found.is_whole


def test_the_text_alone_is_asked_where_there_are_no_clips(
    tmp_path: Path, keeper: EngineKeeper
) -> None:
    write_entry(tmp_path)
    build_checkpoint("qwen2_5_vl", tmp_path / "checkpoints" / MODEL)
    build = make_label_build(tmp_path, "IEMOCAP")

    with pytest.raises(RunError, match="file that can be read"):
        ask(build, keeper, MODEL, Manner())
    with pytest.raises(RunError, match="labels have no letters"):
        ask(build, keeper, MODEL, Manner(Mode.LIKELIHOOD, View.NONE))
    with pytest.raises(RunError, match="without a video"):
        ask(build, keeper, NANO, Manner(view=View.NONE))
    paper = ask(build, keeper, MODEL, Manner(view=View.NONE))
    code = ask(build, keeper, MODEL, Manner(view=View.NONE, wording=Wording.CODE))

    texts = ask(build, keeper, MODEL, Manner(Mode.TEXTS, View.NONE))
    assert all(len(reply.likelihoods or []) == 6 for reply in texts.replies.all())
    modes = [one.run.mode for one in current_label_results(build).runs]
    assert modes[-3:] == ["texts", "texts_per_token", "texts_information"]

    read = [
        [*run.replies.values_list("engine__prompt_token_count", flat=True)]
        for run in (paper, code)
    ]
    assert len(read[0]) == 8
    assert read[0] != read[1]


@pytest.mark.nightly
@pytest.mark.parametrize("name", all_sets())
def test_nano_answers_fifty_items_of_every_set(
    name: str, tmp_path: Path, keeper: EngineKeeper
) -> None:
    build = make_label_build(tmp_path, name, rows=50, clips=50)

    run = ask(build, keeper, NANO, Manner(seed=1))

    assert run.replies.count() == 50
    (found,) = current_label_results(build).runs
    assert found.is_whole
    assert 0 <= found.accuracy.pct <= 100
