"""The data of `nano`: real comments that may be used, and clips drawn by code.

The comments come without their videos, so each is paired with a clip drawn by chance,
a synthetic one or a real one: the network learns to write like people whatever it sees,
and to see from the questions about the synthetic clips alone.
"""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from corpus.cleaning import display_text
from corpus.comment_prompt import COMMENT_PROMPT
from corpus.records import VideoRecord, record_line
from model.nano.vocabulary import save_tokenizer, train_tokenizer
from model.sizes import nano
from model.synthetic.files import write_clips
from model.synthetic.moving_shapes import every_combination
from model.training.corpus_files import is_held_out, read_records
from tasks.building import build_items

LICENSE = "CC0-1.0"
# Sixty-four combinations of what is seen, from so many starting points each.
CLIP_SEEDS = range(20)
# Of the comments, those beside a real clip, where there are any: such clips are
# larger, and cost more time.
_REAL_SHARE = 0.3
# What the training configs hold out; the vocabulary must not see it either.
HELD_OUT_SHARE = 0.06


@dataclass(frozen=True)
class PreparedData:
    """Counts for the card."""

    record_count: int
    comment_count: int
    other_license_count: int
    clip_count: int
    real_clip_count: int


def prepare_data(
    files: Sequence[str],
    folder: Path,
    *,
    real_clips: Sequence[Path] = (),
    seed: int = 0,
) -> PreparedData:
    """Write clips, records and the tokenizer into the folder.

    `comments.jsonl`: real records with comments, each with a clip drawn by chance.
    `synthetic.jsonl`: the clips with metadata that is true of them.

    Args:
        files: In the records format.
        folder: Where to.
        real_clips: Files that may be learnt from; they are copied.
        seed: Of which clip goes with which record.

    Raises:
        TrainingError: A file of records is not there.
        OSError: A clip cannot be copied.
    """
    corpus = read_records(files, [LICENSE])
    spoken = [record for record in corpus.records if record.comments]
    synthetic = list(write_clips(every_combination(CLIP_SEEDS), folder / "clips"))
    real = [Path(shutil.copy(clip, folder / "clips")).name for clip in real_clips]
    drawn = [record.video_path for record in synthetic]
    random = Random(seed)  # noqa: S311 (no secret)
    paired = [
        replace(record, video_path=shown_clip(drawn, real, random)) for record in spoken
    ]
    _write(paired, folder / "comments.jsonl")
    _write(synthetic, folder / "synthetic.jsonl")
    _write_tokenizer(spoken, synthetic, folder / "tokenizer")
    return PreparedData(
        record_count=len(spoken),
        comment_count=sum(len(record.comments) for record in spoken),
        other_license_count=corpus.other_license_count,
        clip_count=len(synthetic),
        real_clip_count=len(real),
    )


def shown_clip(drawn: Sequence[str], real: Sequence[str], random: Random) -> str:
    """The clip that a record's comments stand beside."""
    is_real = bool(real) and random.random() < _REAL_SHARE
    return random.choice(real if is_real else drawn)


def _write(records: Iterable[VideoRecord], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(map(record_line, records))


def _write_tokenizer(
    spoken: Iterable[VideoRecord], synthetic: Sequence[VideoRecord], folder: Path
) -> None:
    config = nano()
    texts = [COMMENT_PROMPT] * 20
    for record in spoken:
        if not is_held_out(record, HELD_OUT_SHARE):
            texts.append(display_text(record.title))
            texts += (display_text(comment.text) for comment in record.comments)
    items = build_items(synthetic[:64], seed=0).items
    texts += (item.prompt("text") for item in items)
    size = config.language.vocabulary_size
    save_tokenizer(train_tokenizer(texts, size, config.text), folder)
