"""Prepares the data of `nano` and measures it: `python -m model.nano --help`."""

import argparse
import sys
from contextlib import ExitStack, closing
from pathlib import Path

from model import checkpoint
from model.nano.measuring import compare, table
from model.nano.preparation import prepare_data
from model.training.config import TrainingConfig
from model.training.errors import TrainingError
from model.training.frame_store import FrameStore
from model.training.run import prepare


def main() -> int:
    """Run the command."""
    arguments = _parser().parse_args()
    try:
        if arguments.command == "prepare":
            return _prepare(arguments.records, arguments.to)
        return _measure(arguments.config, arguments.checkpoint)
    except (TrainingError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _prepare(records: list[str], folder: Path) -> int:
    data = prepare_data(records, folder)
    print(
        f"{data.comment_count} comments of {data.record_count} videos and "
        f"{data.clip_count} synthetic clips in {folder}; left out: "
        f"{data.other_license_count} records under other licences."
    )
    return 0


def _measure(config: Path, folder: Path) -> int:
    prepared = prepare(TrainingConfig.load(config))
    network = checkpoint.load(folder).network
    with ExitStack() as stack:
        frames = None
        if prepared.config.data.shows_video:
            frames = FrameStore(prepared.config.frame_folder, prepared.network_config)
            stack.enter_context(closing(frames))
        comparison = compare(prepared, network, frames)
    print(table(comparison))
    print("beats" if comparison.beats_ngrams else "does not beat", "the n-grams")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model.nano")
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("prepare", help="write clips, records, tokenizer")
    making.add_argument("records", nargs="+", help="files in the records format")
    making.add_argument("--to", type=Path, required=True, help="folder to write into")
    measuring = commands.add_parser("measure", help="perplexity beside n-grams")
    measuring.add_argument("config", type=Path, help="of the training run")
    measuring.add_argument("checkpoint", type=Path, help="its `best` folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
