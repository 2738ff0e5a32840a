"""Runs of a tiny model that is really there, on clips that are, for the tests."""

from pathlib import Path

from corpus.media_files import stored
from corpus.models import Video
from generation.installation import known_entry
from generation.services.engines import EngineKeeper
from tasks.answering import Mode, View
from tests.factories import make_media
from tests.faults.installation import ENTRY, MODEL
from tests.specimens.clips import write_clip
from tests.thinking.making import make_sealed_build
from thinking.models import AnswerRun, Build
from thinking.selectors.previews import Manner
from thinking.services.answering import run_answers
from thinking.services.runs import start_run


def write_entry(folder: Path, text: str = ENTRY) -> None:
    """The tiny model in a site's registry; as for comments it is hot and long."""
    (folder / f"{MODEL}.toml").write_text(
        text.replace("max_batch = 1", "max_batch = 8")
    )


def make_askable_build(videos: int = 2) -> Build:
    """A sealed build in which some videos have clips."""
    build = make_sealed_build()
    asked = Video.objects.filter(thinking_items__build=build).distinct()
    for number, video in enumerate(asked.order_by("pk")[:videos]):
        media = make_media(video, sha256=f"{number:064x}")
        file = stored(media.original)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_clip(file)
    return build


def begin(
    build: Build,
    view: View = View.VIDEO,
    *,
    rotations: int = 1,
    seed: int = 7,
    mode: Mode = Mode.LETTER,
) -> AnswerRun:
    manner = Manner(mode, view, rotations, seed)
    return start_run(build=build, entry=known_entry(MODEL), manner=manner)


def work_on(run: AnswerRun, keeper: EngineKeeper) -> AnswerRun:
    """What a worker does with one message."""
    run_answers(run_id=run.pk, worker="tests@here", keeper=keeper)
    run.refresh_from_db()
    return run
