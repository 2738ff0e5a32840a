"""Fine-tunes of tiny real checkpoints for the tests."""

from collections.abc import Sequence
from pathlib import Path

from corpus.records import VideoRecord, record_line
from model.synthetic.files import record_of, write_clips
from model.synthetic.moving_shapes import every_combination
from model.training.corpus_files import is_held_out
from tests.specimens.checkpoints import build

RUN = """
output = "{folder}/run"

[native]
checkpoint = "{folder}/published"
max_short_side = 56
{native}

[native.lora]
rank = 8
alpha = 32
dropout = 0.0

[data]
records = ["{folder}/records.jsonl"]
clips = "{folder}"
held_out_share = 0.2
comments_per_video = 1
comment_prompt = "Write a comment."
{data}

[recipe]
learning_rate = 1e-2
precision = "fp32"
{settings}
logging_steps = 1
workers = 0
{recipe}
"""


def write_native_run(
    folder: Path,
    family: str = "qwen2_5_vl",
    *,
    native: str = "",
    data: str = "",
    recipe: str = "max_steps = 12",
    settings: str = "per_device_batch = 4\nglobal_batch = 8\nevaluation_steps = 4",
    records: Sequence[VideoRecord] | None = None,
) -> Path:
    """A tiny checkpoint, clips with records, a config; returns the config's file."""
    build(family, folder / "published")
    if records is None:
        records = clip_records(folder)
    lines = map(record_line, records)
    (folder / "records.jsonl").write_text("".join(lines))
    config = folder / "run.toml"
    config.write_text(
        RUN.format(
            folder=folder,
            native=native,
            data=data,
            recipe=recipe,
            settings=settings,
        )
    )
    return config


def clip_records(folder: Path, count: int = 10) -> list[VideoRecord]:
    """Synthetic clips that are really there, and one more that is held out."""
    every = list(every_combination(range(2)))
    held_out = [clip for clip in every if is_held_out(record_of(clip), 0.2)]
    learnt = [clip for clip in every if clip not in held_out]
    chosen = learnt[:: len(learnt) // count][:count]
    return list(write_clips([*chosen, held_out[0]], folder))
