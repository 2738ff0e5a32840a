"""What a run learns from and is measured on, refused where it must not or cannot be."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from model.training.config import TrainingConfig
from model.training.errors import TrainingError
from model.training.examples import Example, Examples, read_examples
from model.training.fingerprints import Fingerprints
from model.training.leakage import refuse_leaks, sides_of


class RunData(NamedTuple):
    """Examples with their counts, and those of the held-out ones that are measured."""

    examples: Examples
    held_out: list[Example]


def read_data(config: TrainingConfig) -> RunData:
    """Read everything that the config names.

    Raises:
        TrainingError: There is nothing to learn or to measure on, or a benchmark
            video among it.
    """
    examples = read_examples(config.data)
    if not examples.training:
        raise TrainingError(_nothing_to_learn(examples))
    if not examples.held_out:
        message = (
            "No video is held out, so no checkpoint could be called the best: raise "
            "`held_out_share` in the config, or add records."
        )
        raise TrainingError(message)
    _refuse_benchmark(config)
    return RunData(examples, _sampled(examples.held_out, config))


def _refuse_benchmark(config: TrainingConfig) -> None:
    if config.data.benchmark_records:
        refuse_leaks(sides_of(config), Fingerprints(config.fingerprint_file))


def _nothing_to_learn(examples: Examples) -> str:
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
    if len(examples) <= limit:
        return list(examples)
    return Random(config.data.seed).sample(list(examples), limit)  # noqa: S311
