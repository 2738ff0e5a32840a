"""Small long tables for the tests of the analysis."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.judgments.arrays import Judgments
from analysis.judgments.reading import judgments_from_table

Row = dict[str, Any]

COLUMNS = (
    "annotator_id",
    "video_id",
    "comment_id",
    "source",
    "is_human",
    "verdict",
    "score",
    "order",
    "seconds",
)


def row(annotator: str, comment: str, verdict: str | None, **other: Any) -> Row:  # noqa: ANN401
    """One judgment; a comment named v1-human-2 is on video v1 by source human."""
    video, source = comment.split("-")[:2]
    return {
        "annotator_id": annotator,
        "video_id": video,
        "comment_id": comment,
        "source": source,
        "is_human": int(source == "human"),
        "verdict": verdict,
        **other,
    }


def frame(rows: Iterable[Row]) -> pd.DataFrame:
    """The rows as a table with all the usual columns."""
    return pd.DataFrame(list(rows)).reindex(
        columns=[*COLUMNS, "assignment_no", "started_at"]
    )


def judgments(rows: Iterable[Row], declared: Iterable[str] = ()) -> Judgments:
    """The rows as judgments."""
    return judgments_from_table(frame(rows), declared_sources=declared)


def votes(comment: str, verdicts: str) -> list[Row]:
    """Verdicts of annotators a1, a2, ... on a comment: h, a, or - for none."""
    meaning = {"h": "human", "a": "ai", "-": None}
    return [
        row(f"a{number}", comment, meaning[letter], score=None)
        for number, letter in enumerate(verdicts, 1)
    ]


def scores(comment: str, given: str) -> list[Row]:
    """Scores of annotators a1, a2, ... on a comment: a digit, or - for none."""
    return [
        row(f"a{number}", comment, None, score=None if digit == "-" else int(digit))
        for number, digit in enumerate(given, 1)
    ]


def small_table() -> pd.DataFrame:
    """Two sources, three videos, three annotators, orders and times."""
    rows = votes("v1-human-1", "hha") + votes("v2-human-2", "hhh")
    rows += (
        votes("v1-bot-1", "aha") + votes("v2-bot-2", "aaa") + votes("v3-bot-3", "-ha")
    )
    for number, one in enumerate(rows):
        one |= {"score": number % 6, "order": 1 + number % 4, "seconds": 1.5 + number}
        one |= {"assignment_no": 1 + number // 6}
    return frame(rows)


def csv_of(table: pd.DataFrame, folder: Path) -> str:
    path = folder / "judgments.csv"
    table.to_csv(path, index=False)
    return str(path)
