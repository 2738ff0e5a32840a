"""A build as a table of VLMEvalKit, and its predictions as replies.

The table is tab-separated as pandas reads it: index, video, question, A to D, answer,
category. Predictions are the same table with a column `prediction`, written as .xlsx
unless PRED_FORMAT says tsv or json; those two are read here.
"""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.builds import Build
from tasks.catalogue import LETTERS
from tasks.errors import TasksError
from tasks.exchange.lmms_eval import clip_name
from tasks.exchange.replies import ImportedReply
from tasks.items import Item

_COLUMNS = (
    *("index", "item_id", "video", "video_path", "question"),
    *LETTERS,
    *("answer", "category"),
)
# pandas takes these for missing values, so that an option would say nothing.
_MISSING = frozenset(
    (
        *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan"),
        *("1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a"),
        *("nan", "null"),
    )
)


def write_table(build: Build, path: Path) -> int:
    """Write the table; return how many items it cannot hold and are left out."""
    left_out = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(_COLUMNS)
        for index, item in enumerate(build.items):
            if _MISSING.intersection(item.options):
                left_out += 1
            else:
                writer.writerow(_row(index, item))
    return left_out


def _row(index: int, item: Item) -> list[object]:
    clip = clip_name(item.video)
    question = item.prompt().split("\n", 1)[0]
    cells: list[object] = [index, item.item_id, clip.removesuffix(".mp4")]
    cells += [f"./video/{clip}", question, *item.options]
    return [*cells, item.right_answer(), item.task]


def read_predictions(path: Path, build: Build) -> Iterator[ImportedReply]:
    """The replies in a file of predictions.

    Raises:
        TasksError: The file has another format, or a row is none of ours.
    """
    for number, row in enumerate(_rows(path), 1):
        try:
            said = row["prediction"]
            item_id = row.get("item_id") or build.items[int(row["index"])].item_id
        except (KeyError, IndexError, ValueError, TypeError) as error:
            message = f"{path.name}, row {number} is no prediction: {error!r}"
            raise TasksError(message) from error
        yield ImportedReply(str(item_id), "" if said is None else str(said))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.suffix == ".tsv":
        csv.field_size_limit(sys.maxsize)
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file, delimiter="\t")
    elif path.suffix == ".json":
        rows = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(rows, list):
            message = f"{path.name} can't be read: it holds no list of rows."
            raise TasksError(message)
        yield from rows
    else:
        message = (
            f"{path.name} cannot be read: run VLMEvalKit with PRED_FORMAT=tsv, or save "
            "the table as .tsv."
        )
        raise TasksError(message)
