"""Prepares the data of `nano` and measures it: `python -m model.nano --help`."""

import argparse
import os
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from model import checkpoint
from model.nano.blending import blend
from model.nano.measuring import compare, table
from model.nano.preparation import prepare_data
from model.nano.samples import samples
from model.nano.seeing import teach_to_see
from model.nano.sets import FILES, TEST_SEED, TEST_SOURCE, read_sets
from model.training.clip_store import ClipStore, strips_of
from model.training.errors import TrainingError


def main() -> int:
    """Run the command."""
    arguments = _parser().parse_args()
    try:
        code: int = arguments.run(arguments)
    except (TrainingError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return code


def _prepare(arguments: argparse.Namespace) -> int:
    folder = arguments.to
    data = prepare_data(arguments.records, folder, real_clips=arguments.clips)
    print(
        f"{data.comment_count} comments of {data.record_count} videos, "
        f"{data.clip_count} synthetic and {data.real_clip_count} real clips in "
        f"{folder}; left out: "
        f"{data.other_license_count} records under other licences."
    )
    return 0


def _see(arguments: argparse.Namespace) -> int:
    marks = teach_to_see(
        arguments.checkpoint, arguments.to, steps=arguments.steps, seed=1
    )
    print(f"right in the end: colour and shape {marks.looks:.1%}, ", end="")
    print(f"direction {marks.directions or 0:.1%}")
    return 0


def _blend(arguments: argparse.Namespace) -> int:
    blend(arguments.checkpoint, arguments.after, arguments.to, share=arguments.share)
    return 0


def _pack(arguments: argparse.Namespace) -> int:
    network, encoder = checkpoint.load(arguments.checkpoint)
    checkpoint.save(
        network,
        arguments.to,
        tokenizer=encoder.tokenizer,
        storage_dtype=torch.bfloat16,
    )
    return 0


def _measure(arguments: argparse.Namespace) -> int:
    loaded = checkpoint.load(arguments.checkpoint)
    with TemporaryDirectory() as folder:
        work = Path(folder)
        sets = read_sets(arguments.data, work / "clips")
        with closing(ClipStore(work / "frames", strips_of(loaded.network.config))) as f:
            for title, asked in (
                (f"Test set: {TEST_SOURCE}, seed {TEST_SEED}, untouched", sets.test),
                ("Held-out set: choices were made by it", sets.held_out),
            ):
                found = compare(loaded, asked, sets.learnt, f, seed=TEST_SEED)
                verdict = "beats" if found.beats_ngrams else "does not beat"
                print(f"{title}; {found.comment_count} comments\n\n{table(found)}")
                print(f"nano {verdict} the n-grams.\n")
    return 0


def _samples(arguments: argparse.Namespace) -> int:
    for name, text in samples(arguments.checkpoint, arguments.count):
        print(f"| {name} | {text.replace('|', '&#124;')} |")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model.nano")
    commands = parser.add_subparsers(required=True)

    making = commands.add_parser("prepare", help="write clips, records, tokenizer")
    making.set_defaults(run=_prepare)
    making.add_argument("records", nargs="+", help="files in the records format")
    making.add_argument(
        "--clips",
        type=Path,
        nargs="+",
        default=[],
        help="real clips that may be learnt from, shown beside some of the comments",
    )
    _destination(making)

    seeing = commands.add_parser("see", help="teach the encoders what is on the clips")
    seeing.set_defaults(run=_see)
    _source(seeing)
    _destination(seeing)
    seeing.add_argument("--steps", type=int, default=600, help="of 32 clips each")

    blending = commands.add_parser(
        "blend", help="a language model between before and after a training"
    )
    blending.set_defaults(run=_blend)
    _source(blending)
    blending.add_argument("after", type=Path, help="what became of it")
    _destination(blending)
    blending.add_argument(
        "--share", type=float, default=0.3, help="of the first, from 0 to 1"
    )

    packing = commands.add_parser("pack", help="in bfloat16, as it ships")
    packing.set_defaults(run=_pack)
    _source(packing)
    _destination(packing)

    measuring = commands.add_parser(
        "measure", help="perplexity beside n-grams, with and without the video"
    )
    measuring.set_defaults(run=_measure)
    _source(measuring)
    measuring.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("MIMIC_SHARED_DATA", "../shared/data")),
        help=f"folder with {' and '.join(FILES)} and videos/ (default: "
        "MIMIC_SHARED_DATA, else ../shared/data)",
    )

    drawing = commands.add_parser("samples", help="comments as they come, none picked")
    drawing.set_defaults(run=_samples)
    _source(drawing)
    drawing.add_argument("--count", type=int, default=30)
    return parser


def _source(command: argparse.ArgumentParser) -> None:
    command.add_argument("checkpoint", type=Path, help="its folder")


def _destination(command: argparse.ArgumentParser) -> None:
    command.add_argument("--to", type=Path, required=True, help="folder to write into")


if __name__ == "__main__":
    sys.exit(main())
