"""A round of two models over real clips, sound and broken ones."""

from pathlib import Path

import pytest

from tests.faults.installation import Installation
from tests.specimens.checkpoints import build

# By day one broken clip and one whose decoder hangs are among the others of a round.
pytestmark = pytest.mark.nightly

MODELS = {"clips-qwen": "qwen2_5_vl", "clips-llava": "llava_onevision"}
ENTRY = """
title = "{key}"
group = "site"
licence = "none"
engine = "transformers"
dtype = "float32"
memory_gib = 0.1
prompt = "comment-1"
frames = {{ kind = "uniform", count = 8, max_short_side = 112 }}
decoding = {{ max_new_tokens = 16, temperature = 0.7, top_p = 0.9 }}
options = {{ family = "{family}" }}
"""
# A video all the same, with an awkward name.
DECODABLE = {"-video-with-dash-.mp4"}


@pytest.fixture
def models(installation: Installation) -> str:
    """Two tiny models of different families, as the command names them."""
    for key, family in MODELS.items():
        build(family, installation.folder / "checkpoints" / key)
        installation.add_model(key, ENTRY.format(key=key, family=family))
    return ",".join(MODELS)


@pytest.fixture
def clips_of_all_kinds(shared_data: Path) -> tuple[list[Path], list[Path]]:
    """Sound and broken ones."""
    sound, broken = shared_data / "videos", shared_data / "broken"
    return sorted(sound.iterdir()), sorted(broken.iterdir())


def test_every_clip_gets_its_comments_or_a_reason(
    installation: Installation,
    models: str,
    clips_of_all_kinds: tuple[list[Path], list[Path]],
) -> None:
    sound, broken = clips_of_all_kinds
    clips = [*sound, *broken]
    study = f"real-{len(clips)}"
    installation.act("make_study", study, len(clips), *clips)

    installation.settings = {"FRAME_TIMEOUT_SECONDS": "120"}
    watcher = installation.start_generate(study, "--watch", models=models)
    worker = installation.fresh_worker()
    said, troubles = watcher.communicate(timeout=600)

    installation.kill(worker)

    assert watcher.returncode == 0, troubles
    (round_id,) = installation.rounds_of(study)
    undecodable = {clip.name for clip in broken} - DECODABLE
    done = 2 * (len(clips) - len(undecodable))
    assert installation.jobs(round_id)["done"] == done
    failures = installation.ask(
        """
        SELECT v.title, s.entry, j.error_reason, j.error <> ''
        FROM generation_generationjob j JOIN corpus_video v ON v.id = j.video_id
        JOIN generation_roundsource s ON s.id = j.round_source_id
        WHERE s.round_id = %s AND j.state = 'failed'
        """,
        round_id,
    )
    assert sorted(failures) == sorted(
        (title, key, "undecodable", True) for title in undecodable for key in MODELS
    )
    assert f"{len(failures)} failed: Video can't be decoded" in said
