"""Three hundred items: the project's own network and two other tiny checkpoints."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from corpus.media_files import stored
from corpus.models import Video
from generation.installation import known_entry
from generation.services.engines import EngineKeeper
from tasks.answering import Mode, View
from tests.factories import make_media
from tests.faults.installation import ENTRY, MODEL
from tests.specimens.checkpoints import build as build_checkpoint
from tests.specimens.clips import write_clip
from tests.thinking.asking import work_on, write_entry
from tests.thinking.making import make_large_selection, make_sealed_build
from thinking.models import Build, RunState
from thinking.selectors.previews import Manner
from thinking.selectors.results import current_results
from thinking.services.runs import start_run

pytestmark = [pytest.mark.django_db, pytest.mark.nightly]

NANO, OTHER = "mimic-chat-nano", "tiny-internvl"


@pytest.fixture
def keeper() -> Iterator[EngineKeeper]:
    keeper = EngineKeeper()
    yield keeper
    keeper.close()


@pytest.fixture
def build(settings: Settings, tmp_path: Path) -> Build:
    """315 items about 45 videos, each with a clip; two models in a site's registry."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FRAME_CACHE_ROOT = tmp_path / "frames"
    settings.CHECKPOINT_ROOT = tmp_path / "checkpoints"
    settings.GENERATION_REGISTRY = str(tmp_path)
    settings.GENERATION_DEVICES = ["cpu"]
    write_entry(tmp_path)
    build_checkpoint("qwen2_5_vl", tmp_path / "checkpoints" / MODEL)
    entry = ENTRY.replace("qwen2_5_vl", "internvl").replace("batch = 1", "batch = 8")
    (tmp_path / f"{OTHER}.toml").write_text(entry.replace('"Tiny"', '"Tiny too"'))
    build_checkpoint("internvl", tmp_path / "checkpoints" / OTHER)
    clip = tmp_path / "clip.mp4"
    write_clip(clip)
    make_large_selection()
    made = make_sealed_build()
    for video in Video.objects.filter(thinking_items__build=made).distinct():
        media = make_media(video, sha256=f"{video.pk:064x}")
        file = stored(media.original)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.hardlink_to(clip)
    return made


@pytest.mark.parametrize("key", [NANO, MODEL, OTHER])
def test_three_hundred_items_are_answered_in_every_mode_with_and_without_video(
    key: str, build: Build, keeper: EngineKeeper
) -> None:
    # MIMIC-Chat can only be shown nothing as black frames.
    unseen = View.BLACK if key == NANO else View.NONE
    manners = [
        Manner(mode, view, 4 if mode is Mode.LETTER and view is View.VIDEO else 1, 7)
        for mode in (Mode.LETTER, Mode.LIKELIHOOD)
        for view in (View.VIDEO, unseen)
    ]

    for manner in manners:
        run = start_run(build=build, entry=known_entry(key), manner=manner)
        while run.state == RunState.OPEN:
            work_on(run, keeper)
        assert run.replies.count() == build.item_count * manner.rotations

    results = current_results(build)
    assert build.item_count >= 300
    assert len(results.runs) == len(manners)
    assert {gain.view for gain in results.gains} == {unseen}
