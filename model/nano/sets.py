"""What nano is measured on: comments it was chosen by, and comments never touched.

The held-out comments chose widths, shares and the best state, so they flatter. The test
set comes from another collection, of which nothing was learnt or chosen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from corpus.records import VideoRecord
from model.nano.preparation import (
    CLIP_SEEDS,
    HELD_OUT_SHARE,
    LICENSE,
    shown_clip,
)
from model.synthetic.files import write_clips
from model.synthetic.moving_shapes import every_combination
from model.training.config import DataConfig
from model.training.corpus_files import is_held_out, read_records
from model.training.errors import TrainingError
from model.training.examples import Example, comment_examples

FILES = ("mimic_data.jsonl", "metadata_only.jsonl.gz")
# Its comments have no stated licence: read here to measure, never to learn or publish.
TEST_SOURCE = "youtube-categories-2024"
# Decides which of its comments are asked, and which clip stands beside which record.
TEST_SEED = 20261201
TEST_COMMENTS = 1000
# As `text.toml` and `nano.toml` have them.
_LEARNT_CHARS, _ASKED_CHARS, _PER_VIDEO = 500, 140, 100
# The real clips that nano was shown in training.
LEARNT_CLIPS = frozenset(
    (
        "big_buck_bunny_opening.webm",
        "big_buck_bunny_wakes.mp4",
        "bottles.mp4",
        "cardboard_box_vfr.mp4",
        "cars_from_above.mp4",
        "chaplin.mp4",
        "classroom.gif",
        "crystal_flower.webm",
        "figurine_elf.webm",
        "flower.webm",
        "fruit_vegetables_hevc.mp4",
        "his_girl_friday.mp4",
        "man_green_screen.mp4",
        "nasa_spacecraft.mp4",
        "parking_lot.gif",
        "pedestrians_msmpeg4.avi",
        "sign_language_book.mkv",
        "stream_of_water.mp4",
        "tears_of_steel_av1.webm",
        "toy_rabbit.mp4",
        "tree_cinepak.avi",
        "two_faces_odd_vp9.webm",
        "worker_mpeg4.avi",
    )
)


@dataclass(frozen=True)
class CommentSets:
    """Comments of people, parted by what nano did with them.

    Attributes:
        learnt: The texts that its language model learnt from.
        held_out: Not learnt; widths, shares and the best state were chosen by them.
        test: Neither learnt nor chosen by; drawn from another collection.
    """

    learnt: list[Example]
    held_out: list[Example]
    test: list[Example]


def read_sets(folder: Path, work: Path) -> CommentSets:
    """Read the collections, and write the clips that stand beside their comments.

    No clip of the held-out and test comments was seen in training.

    Args:
        folder: Holds `FILES`, and real clips in `videos/`.
        work: Where synthetic clips are written.

    Raises:
        TrainingError: The folder does not hold the collections.
    """
    spoken = [record for record in _read(folder) if record.comments]
    free = [r for r in spoken if r.extra.get("license") == LICENSE]
    other = [r for r in spoken if r.extra.get("source") == TEST_SOURCE]
    held_out = [r for r in free if is_held_out(r, HELD_OUT_SHARE)]
    learnt = [r for r in free if not is_held_out(r, HELD_OUT_SHARE)]
    if not (learnt and held_out and other):
        raise TrainingError(_lacking(folder, "too few records of its collections"))
    drawn = [str(work / r.video_path) for r in _write_unseen(work)]
    real = _unseen_clips(folder / "videos")
    random = Random(TEST_SEED)  # noqa: S311 (no secret)
    test = _beside(other, drawn, real, random)
    return CommentSets(
        learnt=_examples(learnt, _LEARNT_CHARS, shows_video=False),
        held_out=_beside(held_out, drawn, real, random),
        test=random.sample(test, min(TEST_COMMENTS, len(test))),
    )


def _read(folder: Path) -> list[VideoRecord]:
    for name in FILES:
        if not (folder / name).is_file():
            raise TrainingError(_lacking(folder, f"no {name}"))
    return read_records(str(folder / name) for name in FILES).records


def _lacking(folder: Path, what: str) -> str:
    return (
        f"{folder} holds {what}. Measuring nano needs the comments it learnt from and "
        f"those it never read: {' and '.join(FILES)}, with clips in videos/. Name "
        "their folder with --data or in MIMIC_SHARED_DATA."
    )


def _write_unseen(work: Path) -> Iterator[VideoRecord]:
    """One synthetic clip of each combination, from a start that training never saw."""
    starts = range(CLIP_SEEDS.stop, CLIP_SEEDS.stop + 1)
    return write_clips(every_combination(starts), work)


def _unseen_clips(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return [str(p) for p in sorted(folder.iterdir()) if p.name not in LEARNT_CLIPS]


def _beside(
    records: Sequence[VideoRecord],
    drawn: Sequence[str],
    real: Sequence[str],
    random: Random,
) -> list[Example]:
    """Short comments, each record's beside a clip drawn by chance."""
    shown = [replace(r, video_path=shown_clip(drawn, real, random)) for r in records]
    return _examples(shown, _ASKED_CHARS, shows_video=True)


def _examples(
    records: Sequence[VideoRecord], most_chars: int, *, shows_video: bool
) -> list[Example]:
    config = DataConfig(
        comments_per_video=_PER_VIDEO,
        max_comment_chars=most_chars,
        shows_video=shows_video,
    )
    return list(comment_examples(records, config))
