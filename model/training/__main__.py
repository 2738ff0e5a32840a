"""Trains a network: `python -m model.training CONFIG.toml`, alone or under torchrun.

`python -m model.training evaluate CONFIG.toml CHECKPOINT` measures what a run left;
`python -m model.training ablations CONFIG.toml --seeds 3` makes the table of ablations.
`python -m model.training leaks CONFIG.toml` compares the clips of all sides.
"""

import argparse
import json
import sys
import tomllib
from pathlib import Path

from transformers.utils import logging

from model.checkpoint import CheckpointError
from model.native.adapter import AdapterError
from model.plain_values import ConfigError
from model.sizes import config_of
from model.training.ablation_config import AblationConfig
from model.training.ablation_table import ablation_table
from model.training.ablations import run_ablations
from model.training.config import TrainingConfig
from model.training.errors import TrainingError
from model.training.estimate import estimates, load_of
from model.training.estimate import table as estimate_table
from model.training.evaluate import evaluate, table
from model.training.leakage import listed, report_leaks
from model.training.running import ready, train
from model.training.video_effect import View


def main() -> int:
    """Run the command; a run that must not start says why on one line."""
    words = sys.argv[1:]
    commands = {"ablations": _ablations, "evaluate": _evaluate, "leaks": _leaks}
    command = commands.get(words[0], _train) if words else _train
    logging.set_verbosity_warning()
    try:
        return command(words)
    except tomllib.TOMLDecodeError as error:
        print(f"The config is not TOML: {error}.", file=sys.stderr)
        return 2
    except (
        AdapterError,
        CheckpointError,
        ConfigError,
        TrainingError,
        OSError,
    ) as error:
        print(error, file=sys.stderr)
        return 2


def _train(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m model.training")
    parser.add_argument("config", type=Path, help="what to train; see docs/training.md")
    parser.add_argument(
        "--check", action="store_true", help="read and refuse, but do not train"
    )
    parser.add_argument(
        "--estimate",
        action="store_true",
        help="print memory, time and cost on 1, 6, 8 and 16 GPUs, and do not train",
    )
    parser.add_argument(
        "--videos", type=int, default=0, help="estimate for so many videos"
    )
    parser.add_argument(
        "--utilisation",
        type=float,
        default=0.4,
        help="share of the GPUs' figure that the estimate takes (0.4)",
    )
    _add_set(parser)
    arguments = parser.parse_args(words)
    config = TrainingConfig.load(arguments.config, arguments.set)
    if arguments.estimate:
        return _estimate(config, arguments.videos, arguments.utilisation)
    prepared = ready(config)
    examples = prepared.examples
    print(
        f"{len(examples.training)} examples to learn from, "
        f"{len(prepared.held_out)} held out; left out: "
        f"{examples.other_license_count} records under other licences, "
        f"{examples.without_clip_count} without their clip, "
        f"{examples.refused_line_count} unreadable lines."
    )
    if arguments.check:
        return 0
    result = train(prepared, shows_progress=sys.stderr.isatty())
    # Under torchrun only the first process has one.
    if result:
        print(json.dumps(result, indent=2, ensure_ascii=False))
    return 0


def _add_set(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set", default="", help="of MMLA: this set alone, such as MELD"
    )


def _estimate(config: TrainingConfig, videos: int, utilisation: float) -> int:
    load = load_of(config, videos=videos)
    found = estimates(config, config_of(config.network), load, utilisation=utilisation)
    print(
        f"{load.sequence_count} sequences and {load.token_count / 1e6:.0f} million "
        f"tokens an epoch; {utilisation:.0%} of the makers' figures is assumed."
    )
    print(estimate_table(found, config.recipe.epochs))
    return 0


def _evaluate(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m model.training")
    parser.add_argument("command", choices=["evaluate"])
    parser.add_argument("config", type=Path, help="of the run")
    parser.add_argument("checkpoint", type=Path, help="its `best` folder")
    parser.add_argument(
        "--without-video",
        action="store_true",
        help="also with the clips taken away, black, and those of other videos",
    )
    _add_set(parser)
    arguments = parser.parse_args(words)
    prepared = ready(TrainingConfig.load(arguments.config, arguments.set))
    views = list(View) if arguments.without_video else [View.VIDEO]
    print(table(evaluate(prepared, arguments.checkpoint, views)))
    return 0


def _leaks(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m model.training")
    parser.add_argument("command", choices=["leaks"])
    parser.add_argument("config", type=Path, help="of the run")
    parser.add_argument(
        "--workers", type=int, default=0, help="decoding processes (one a core)"
    )
    _add_set(parser)
    arguments = parser.parse_args(words)
    config = TrainingConfig.load(arguments.config, arguments.set)
    report = report_leaks(config, workers=arguments.workers)
    for leaks, sides in (
        (report.training_in_benchmark, "training videos are in the benchmark"),
        (report.held_out_in_benchmark, "held-out videos are in the benchmark"),
        (report.training_in_held_out, "training videos are held out as well"),
    ):
        print(f"{len(leaks)} {sides}")
        if leaks:
            print(listed(leaks))
    return 1 if report.in_benchmark else 0


def _ablations(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m model.training")
    parser.add_argument("command", choices=["ablations"])
    parser.add_argument("config", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args(words)
    config = AblationConfig.load(arguments.config)
    results = []
    for result in run_ablations(config, arguments.seeds):
        results.append(result)
        print(f"{result.variant}, seed {result.seed}: {result.macro_pct:.1f} %")
    table = ablation_table(results)
    (config.output_folder / "table.md").write_text(table, encoding="utf-8")
    print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
