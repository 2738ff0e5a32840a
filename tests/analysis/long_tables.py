"""Small long tables for the tests of the analysis."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from analysis.judgments import Judgments
from analysis.reading import judgments_from_table

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
