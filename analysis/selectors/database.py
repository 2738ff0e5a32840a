"""The judgments of a study that count, from PostgreSQL by COPY into typed arrays."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import LiteralString

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.utils.translation import gettext_noop as _
from psycopg import sql

from analysis.judgments.arrays import IntArray, Judgments, verdict_codes
from analysis.judgments.columns import Coded, Columns, judgments_from_columns
from annotation.models import BatchComment, Membership, Study
from annotation.querysets import FROM_COUNTED, Annotators, counted_condition
from corpus.comment_style import comment_style
from corpus.models import Origin, Source, Video

# Few bytes a row: what belongs to the assignment or the comment is fetched once. Many
# rows a message: a line of text for each, all of an assignment or a batch in one value,
# since the driver takes longer over a message than PostgreSQL over a row.
_ANSWERS: LiteralString = f"""
SELECT string_agg(concat_ws(',', a.id, bc.id,
  coalesce(array_position({{verdicts}}::text[], j.verdict::text) - 1, -1),
  coalesce(j.realism_score, -1),
  p.position, coalesce(j.full_answer_seconds::text, '')), E'\\n')
{FROM_COUNTED}
WHERE b.study_id = {{study}} AND {{counted}}
GROUP BY a.id
"""
_ASSIGNMENTS = """
SELECT a.id, a.membership_id, b.video_id, a.number,
  (extract(epoch FROM a.started_at) * 1000000)::bigint AS started
FROM annotation_assignment a JOIN annotation_batch b ON b.id = a.batch_id
WHERE b.study_id = {study}
"""
_BATCH_COMMENTS = """
SELECT string_agg(concat_ws(',', bc.id, bc.comment_id, bc.source_id), E'\\n')
FROM annotation_batchcomment bc JOIN annotation_batch b ON b.id = bc.batch_id
WHERE b.study_id = {study}
GROUP BY b.id
"""


# Properties of comments by which the report looks where models pass.
ATTRIBUTES = ("category", "platform", "length", "style")
_LENGTHS = (
    (20, _("1 to 20 characters")),
    (60, _("21 to 60 characters")),
    (140, _("61 to 140 characters")),
)
_LONGEST = _("141 characters or more")


def judgments_of(study: Study, whose: Annotators = Annotators.KEPT) -> Judgments:
    """Every judgment that counts, equal to what the analysis reads from an export."""
    assignment, batch_comment, verdict, score, order, seconds = _fetch(
        _ANSWERS, ["int64", "int64", "int8", "int8", "int32", "double"], study, whose
    )
    at, (membership, video, number, started) = _looked_up(
        _fetch(_ASSIGNMENTS, ["int64"] * 5, study), assignment
    )
    placed, (comment, source) = _looked_up(
        _fetch(_BATCH_COMMENTS, ["int64"] * 3, study), batch_comment
    )
    sources = {source.pk: source for source in Source.objects.all()}
    human = [pk for pk, source in sources.items() if source.is_human]
    columns = Columns(
        annotator=_coded(membership[at], _annotator_codes(study)),
        video=_coded(video[at], _video_labels(study)),
        comment=_comment_labels(comment[placed]),
        source=_coded(source[placed], {pk: s.key for pk, s in sources.items()}),
        is_human=np.isin(source[placed], human),
        verdict=verdict.astype(np.int8),
        score=score.astype(np.int8),
        order=order.astype(np.int32),
        seconds=seconds.astype(np.float64),
        assignment_no=number[at].astype(np.int32),
        started_at=started[at].astype("M8[us]"),
        instrument=study.instrument,
        category=_coded(video[at], _video_categories(study)),
    )
    return judgments_from_columns(columns, declared_sources=source_titles(study))


def source_titles(study: Study) -> dict[str, str]:
    """Key and title of the human pool, then of the AI systems as they were declared."""
    human = Source.objects.filter(origin=Origin.HUMAN)
    return {source.key: source.title for source in (*human, *study.declared_sources)}


def comment_attributes(study: Study, comments: Sequence[str]) -> dict[str, list[str]]:
    """By property, the value for each comment (by its label); empty where unknown."""
    rows = BatchComment.objects.filter(batch__study=study).values_list(
        "comment_id",
        "comment__text",
        "batch__video__category",
        "batch__video__platform",
    )
    found = {f"c{key}": rest for key, *rest in rows.iterator(chunk_size=10_000)}
    known = [found[label] for label in comments]
    values = (
        [category for _, category, _ in known],
        [platform for _, _, platform in known],
        [length_class(text) for text, _, _ in known],
        [comment_style(text).value for text, _, _ in known],
    )
    return dict(zip(ATTRIBUTES, values, strict=True))


def comment_key(label: str) -> int:
    """The primary key of a comment, from its label in judgments and exports."""
    return int(label.removeprefix("c"))


def length_class(text: str) -> str:
    """How long a comment is, in words."""
    return next((words for most, words in _LENGTHS if len(text) <= most), _LONGEST)


def copy_blocks(
    query: LiteralString,
    study: Study,
    options: LiteralString = "FORMAT csv",
    whose: Annotators = Annotators.KEPT,
) -> Iterator[bytes]:
    """The rows of a query in blocks of about 64 KB, in constant memory.

    Args:
        query: Our own SQL, with `{study}` for the primary key and `{counted}` for the
            condition that a judgment counts, `{verdicts}` for the instrument's
            verdicts in the order of their codes.
        study: Whose rows.
        options: Of COPY.
        whose: Of which annotators.
    """
    select = sql.SQL(query).format(
        study=sql.Literal(study.pk),
        counted=sql.SQL(counted_condition(whose)),
        verdicts=sql.Literal([*verdict_codes(study.instrument)]),
    )
    how = sql.SQL(options)
    statement = sql.SQL("COPY ({}) TO STDOUT ({})").format(select, how)
    block = bytearray()
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in copy:
            block += row
            if len(block) >= io.DEFAULT_BUFFER_SIZE * 8:
                yield bytes(block)
                block.clear()
    if block:
        yield bytes(block)


def _fetch(
    query: LiteralString,
    types: Sequence[str],
    study: Study,
    whose: Annotators = Annotators.KEPT,
) -> list[npt.NDArray[np.generic]]:
    """The columns of a query of numbers; NaN for null in a column of floats.

    Block by block: the text of all rows at once would take several times the memory of
    the numbers.
    """
    blocks = [
        _numbers(block, types) for block in copy_blocks(query, study, whose=whose)
    ]
    if not blocks:
        return [np.empty(0, dtype=kind) for kind in types]
    return [np.concatenate(column) for column in zip(*blocks, strict=True)]


def _numbers(text: bytes, types: Sequence[str]) -> list[npt.NDArray[np.generic]]:
    import pyarrow as pa
    from pyarrow import csv

    names = [str(number) for number in range(len(types))]
    table = csv.read_csv(
        pa.BufferReader(text.replace(b'"', b"")),
        read_options=csv.ReadOptions(column_names=names, use_threads=False),
        convert_options=csv.ConvertOptions(
            column_types=dict(zip(names, types, strict=True))
        ),
        memory_pool=pa.system_memory_pool(),
    )
    return [table[name].to_numpy() for name in names]


def _looked_up(
    table: list[npt.NDArray[np.generic]], keys: npt.NDArray[np.generic]
) -> tuple[IntArray, list[npt.NDArray[np.generic]]]:
    """Where each key stands in a table whose first column holds them, and the rest."""
    order = np.argsort(table[0])
    at = order[np.searchsorted(table[0], keys, sorter=order)]
    return at, table[1:]


def _coded(keys: npt.NDArray[np.generic], labels: Mapping[int, str]) -> Coded:
    present, codes = np.unique(keys, return_inverse=True)
    return Coded(codes, [labels[key] for key in present.tolist()])


def _comment_labels(keys: npt.NDArray[np.generic]) -> Coded:
    present, codes = np.unique(keys, return_inverse=True)
    return Coded(codes, [f"c{key}" for key in present.tolist()])


def _annotator_codes(study: Study) -> dict[int, str]:
    return dict(Membership.objects.filter(study=study).values_list("pk", "code"))


def _video_labels(study: Study) -> dict[int, str]:
    videos = Video.objects.filter(batches__study=study)
    named = videos.only("platform", "external_id", "content_sha256")
    return {video.pk: video.label for video in named}


def _video_categories(study: Study) -> dict[int, str]:
    videos = Video.objects.filter(batches__study=study)
    return dict(videos.values_list("pk", "category"))
