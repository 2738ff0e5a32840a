"""Item builds without Django: `python -m tasks build RECORDS --seed 1 --to FOLDER`.

`python -m tasks check FOLDER` says whether a build is what it claims, and reports on it
again. `python -m tasks check-mmla FOLDER` says what a folder of MMLA data holds;
`python -m tasks build-mmla FOLDER --to FOLDER` makes a build of each set. `export`
writes a build for other harnesses, `score` marks the replies that they collected.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus.record_files import NumberedRecord, RecordFile
from corpus.records import VideoRecord
from tasks.builds import (
    REPORT_FILE,
    YIELD_FILE,
    make_build,
    read_build,
    write_build,
    write_yield,
)
from tasks.catalogue import Task
from tasks.errors import TasksError
from tasks.exchange.files import read_replies
from tasks.exchange.lmms_eval import write_task_folder
from tasks.exchange.replies import answered_items
from tasks.exchange.vlmevalkit import write_table
from tasks.mmla.builds import make_label_build, write_label_build
from tasks.mmla.checking import check_folder, check_table
from tasks.mmla.layouts import find_sets
from tasks.mmla.sets import SPLITS, all_sets
from tasks.report import markdown, report_of
from tasks.scoring import accuracy_table, score


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; 2 if the input is wrong, with the reason on stderr."""
    chosen = _parser().parse_args(arguments)
    try:
        print(chosen.run(chosen), end="")
    except TasksError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tasks", description=__doc__)
    commands = parser.add_subparsers(required=True)
    build = commands.add_parser("build", help="make an item build from records")
    build.add_argument("records", nargs="+", type=Path, help="files of records")
    build.add_argument("--to", required=True, type=Path, help="folder of the build")
    build.add_argument("--seed", type=int, default=1)
    build.add_argument("--split", default="benchmark")
    build.add_argument("--tasks", nargs="+", type=Task, default=list(Task))
    build.set_defaults(run=_build)
    check = commands.add_parser("check", help="verify a build and report on it")
    check.add_argument("folder", type=Path)
    check.set_defaults(run=_check)
    export = commands.add_parser("export", help="write a build for other harnesses")
    export.add_argument("folder", type=Path, help="folder of the build")
    export.add_argument("--to", required=True, type=Path)
    export.set_defaults(run=_export)
    mark = commands.add_parser("score", help="accuracies of replies to a build")
    mark.add_argument("folder", type=Path, help="folder of the build")
    mark.add_argument(
        "replies",
        type=Path,
        help="JSON Lines of replies, samples of lmms-eval, or a VLMEvalKit table",
    )
    mark.set_defaults(run=_score)
    look = commands.add_parser("check-mmla", help="say what a folder of MMLA holds")
    make = commands.add_parser("build-mmla", help="make a build of each set of MMLA")
    for command in (look, make):
        command.add_argument("folder", type=Path)
        command.add_argument("--clips", nargs="*", type=Path, default=[])
    look.set_defaults(run=_check_mmla)
    make.add_argument("--to", required=True, type=Path, help="folder of the builds")
    make.add_argument("--split", choices=SPLITS, default="test")
    make.add_argument("--sets", nargs="+", choices=[*all_sets()], default=[])
    make.set_defaults(run=_build_mmla)
    return parser


def _build(chosen: argparse.Namespace) -> str:
    build, built = make_build(
        _records(chosen.records),
        seed=chosen.seed,
        split=chosen.split,
        tasks=chosen.tasks,
    )
    write_build(build, chosen.to)
    write_yield(build, built, chosen.to / YIELD_FILE)
    text = markdown(build, report_of(build, built))
    (chosen.to / REPORT_FILE).write_text(text, encoding="utf-8")
    return text


def _check(chosen: argparse.Namespace) -> str:
    build = read_build(chosen.folder)
    return markdown(build, report_of(build))


def _export(chosen: argparse.Namespace) -> str:
    build = read_build(chosen.folder)
    task = write_task_folder(build, chosen.to / "lmms_eval")
    table = chosen.to / f"{build.name}.tsv"
    left_out = write_table(build, table)
    lost = f" without {left_out} items that pandas cannot read" if left_out else ""
    return f"lmms_eval/ (task {task}) and {table.name}{lost}\n"


def _score(chosen: argparse.Namespace) -> str:
    build = read_build(chosen.folder)
    replies = read_replies(chosen.replies, build)
    return accuracy_table(score(answered_items(replies, build)))


def _check_mmla(chosen: argparse.Namespace) -> str:
    return check_table(check_folder(chosen.folder, chosen.clips))


def _build_mmla(chosen: argparse.Namespace) -> str:
    made = []
    for found in find_sets(chosen.folder):
        labels = found.labels
        if chosen.sets and labels.name not in chosen.sets:
            continue
        build = make_label_build(labels, chosen.split, found.utterances(chosen.split))
        write_label_build(build, chosen.to / labels.name)
        made.append(f"{build.name}: {len(build.utterances)} items\n")
    if not made:
        message = f"No set of MMLA was found in {chosen.folder}; try check-mmla."
        raise TasksError(message)
    return "".join(made)


def _records(paths: Sequence[Path]) -> list[VideoRecord]:
    records = []
    for path in paths:
        if not path.is_file():
            message = f"{path} does not exist or is not a file."
            raise TasksError(message)
        with RecordFile(path) as lines:
            records += [x.record for x in lines if isinstance(x, NumberedRecord)]
    return records


if __name__ == "__main__":
    sys.exit(main())
