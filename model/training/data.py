"""What a run learns from and is measured on, refused where it must not or cannot be."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from model.text import Encoder
from model.training.config import TrainingConfig
from model.training.corpus_files import read_records
from model.training.errors import TrainingError
from model.training.example_store import Measure, stored_examples, stored_videos
from model.training.examples import Example, Examples
from model.training.fingerprints import Fingerprints
from model.training.leakage import Clip, Sides, clips_of, refuse_leaks
from model.training.preference_data import (
    Preferences,
    read_preferences,
    refuse_other_data,
)
from model.training.word_counts import prompt_and_answer


def read_examples_of(config: TrainingConfig, encoder: Encoder) -> Examples:
    """What MIMIC-Chat learns from and is measured on.

    Raises:
        TrainingError: A file of records is not there.
    """
    return stored_examples(config, prompt_and_answer(encoder.tokenizer))


class RunData(NamedTuple):
    """Examples with their counts, and those of the held-out ones that are measured."""

    examples: Examples
    held_out: list[Example]
    preferences: Preferences | None = None


def read_data(config: TrainingConfig, measure: Measure) -> RunData:
    """Read everything that the config names.

    Args:
        config: The run.
        measure: Counts tokens.

    Raises:
        TrainingError: There is nothing to learn or to measure on, or a benchmark
            video among it.
    """
    refuse_other_data(config)
    if config.data.kind == "preferences":
        found = read_preferences(config)
        return RunData(found.examples, _sampled(found.examples.held_out, config), found)
    examples = stored_examples(config, measure)
    if not examples.training:
        raise TrainingError(_nothing_to_learn(examples, config))
    if not examples.held_out:
        remedy = (
            "add the rows of the dev split."
            if config.data.kind == "mmla"
            else "raise `held_out_share` in the config, or add records."
        )
        message = (
            f"No video is held out, so no checkpoint could be called the best: {remedy}"
        )
        raise TrainingError(message)
    _refuse_benchmark(config, measure)
    return RunData(examples, _sampled(examples.held_out, config))


def _refuse_benchmark(config: TrainingConfig, measure: Measure) -> None:
    data = config.data
    if not data.benchmark_records:
        return
    training, held_out = (
        [Clip(video.key, video.clip) for video in side]
        for side in stored_videos(config, measure)
    )
    records = read_records(data.benchmark_records).records
    benchmark = clips_of(records, Path(data.benchmark_clips))
    index = Fingerprints(config.fingerprint_file)
    refuse_leaks(Sides(training, held_out, benchmark), index)


def _nothing_to_learn(examples: Examples, config: TrainingConfig) -> str:
    if config.data.kind == "mmla":
        return (
            f"There is nothing to learn from: no train rows of "
            f"{', '.join(config.data.sets) or 'MMLA'} are in "
            f"{', '.join(config.data.mmla)}; {examples.without_clip_count} rows have "
            "no clip. Look at `mmla`, `sets` and `clips` in the config."
        )
    return (
        f"There is nothing to learn from: {examples.record_count} records remain after "
        f"{examples.other_license_count} under other licences, "
        f"{examples.without_clip_count} without their clip and "
        f"{examples.refused_line_count} unreadable lines. Look at `records`, `clips` "
        "and `licenses` in the config."
    )


def _sampled(examples: Sequence[Example], config: TrainingConfig) -> list[Example]:
    """As many of the held-out examples as an evaluation may take, always the same."""
    limit = config.data.evaluation_examples
    places: Sequence[int] = range(len(examples))
    if len(examples) > limit:
        places = Random(config.data.seed).sample(places, limit)  # noqa: S311
    return [examples[place] for place in places]
