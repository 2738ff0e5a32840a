"""The comments of a report as rows, for the page that filters them."""

import math
from collections.abc import Iterable, Sequence

from django.db import connection

from analysis.judgments.arrays import FloatArray, Judgments
from analysis.metrics.sources import Tallies, mean_realism_score
from analysis.metrics.undefined import ratio
from analysis.models import JudgedComment, StoredReport
from analysis.selectors.database import comment_key
from corpus.models import Source

_COLUMNS = (
    "report_id",
    "comment_id",
    "source_id",
    "category",
    "is_human",
    "verdicts",
    "humans",
    "human_share",
    "rarer_share",
    "mean_score",
)


def store_comments(
    *,
    stored: StoredReport,
    judgments: Judgments,
    tallies: Tallies,
    categories: Sequence[str],
) -> None:
    """Write the row of every comment, by COPY: a large study has a hundred thousand.

    Args:
        stored: The report.
        judgments: What it was computed from.
        tallies: Their counts.
        categories: By comment, the category of its video.
    """
    table = JudgedComment._meta.db_table  # noqa: SLF001
    statement = f"COPY {table} ({', '.join(_COLUMNS)}) FROM STDIN"
    keys = dict(Source.objects.values_list("key", "pk"))
    sources = [keys[source] for source in judgments.sources]
    rows = zip(*_columns(judgments, tallies, sources, categories), strict=True)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((stored.pk, *row))


def _columns(
    judgments: Judgments,
    tallies: Tallies,
    sources: Sequence[int],
    categories: Sequence[str],
) -> tuple[Iterable[object], ...]:
    counts = tallies.comment_verdicts
    verdicts = counts.sum(axis=1)
    return (
        map(comment_key, judgments.comments),
        [sources[number] for number in judgments.comment_source.tolist()],
        categories,
        judgments.comment_is_human.tolist(),
        verdicts.tolist(),
        counts[:, 1].tolist(),
        _known(ratio(counts[:, 1], verdicts)),
        _known(ratio(counts.min(axis=1), verdicts)),
        _known(mean_realism_score(tallies.comment_scores, tallies.lowest)),
    )


def _known(values: FloatArray) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]
