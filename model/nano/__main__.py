"""Prepares the data of `nano` and measures it: `python -m model.nano --help`."""

import argparse
import sys
from pathlib import Path

from model.nano.preparation import prepare_data
from model.training.errors import TrainingError


def main() -> int:
    """Run the command."""
    arguments = _parser().parse_args()
    try:
        data = prepare_data(arguments.records, arguments.to)
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        f"{data.comment_count} comments of {data.record_count} videos and "
        f"{data.clip_count} synthetic clips in {arguments.to}; left out: "
        f"{data.other_license_count} records under other licences."
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model.nano")
    commands = parser.add_subparsers(dest="command", required=True)
    prepare = commands.add_parser("prepare", help="write clips, records, tokenizer")
    prepare.add_argument("records", nargs="+", help="files in the records format")
    prepare.add_argument("--to", type=Path, required=True, help="folder to write into")
    return parser


if __name__ == "__main__":
    sys.exit(main())
