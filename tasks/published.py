"""The accuracies that the papers print, as printed."""

import tomllib
from pathlib import Path
from typing import NamedTuple

from tasks.catalogue import Task

_TABLE = Path(__file__).parent / "published.toml"


class PublishedRow(NamedTuple):
    """One model's figures in percent.

    `overall` is not the mean of the seven in most rows; our own tables name theirs
    macro and micro.
    """

    model: str
    tasks: dict[Task, float]
    overall: float


def published_rows() -> list[PublishedRow]:
    """The table in the papers' order."""
    rows = tomllib.loads(_TABLE.read_text(encoding="utf-8"))["rows"]
    return [
        PublishedRow(name, dict(zip(Task, figures[:-1], strict=True)), figures[-1])
        for name, figures in rows.items()
    ]
