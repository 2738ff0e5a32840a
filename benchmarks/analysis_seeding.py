"""A study with simulated judgments in the database, written by COPY."""

from collections.abc import Iterable

import numpy as np
from django.db import connection

from analysis.judgments.arrays import IntArray
from analysis.judgments.columns import Columns
from analysis.planning.simulation import Design, paper_sources, simulate_columns
from annotation.models import Batch, BatchComment, Membership, Study
from benchmarks.seeding import make_study

_PER_VIDEO = 29


def make_judged_study(*, videos: int, annotators: int, redundancy: int) -> Study:
    """An open study whose every batch is judged `redundancy` times."""
    study = make_study(videos=videos, redundancy=redundancy)
    people = Membership.objects.bulk_create(
        Membership(study=study, first_verdict="human") for _ in range(annotators)
    )
    design = Design(annotators, videos, redundancy, paper_sources())
    columns = simulate_columns(design, np.random.default_rng(7))
    batches = list(Batch.objects.filter(study=study).order_by("pk").values_list("pk"))
    at = columns.video.codes[::_PER_VIDEO]
    who = columns.annotator.codes[::_PER_VIDEO]
    count = len(at)
    place = np.tile(np.arange(1, redundancy + 1), videos)
    with connection.cursor() as cursor:
        # Constraints hold by construction; checking them row by row would take minutes.
        cursor.execute("SET session_replication_role = replica")
    _copy(
        "annotation_assignment (id, public_id, batch_id, membership_id, state, place,"
        " number, seed, started_at, leased_until, submitted_at, played_seconds,"
        " played_percent)",
        (
            (n + 1, _uuid(n), batches[at[n]][0], people[who[n]].pk, "submitted",
             place[n], columns.assignment_no[n * _PER_VIDEO], "0", _time(n), _time(n),
             _time(n + 1), 0, 0)
            for n in range(count)
        ),
    )  # fmt: skip
    _copy_answers(study, columns, at)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
        cursor.execute(
            "UPDATE annotation_batch SET places_taken = place_count"
            " WHERE study_id = %s",
            [study.pk],
        )
        cursor.execute("ANALYZE")
    return study


def _copy_answers(study: Study, columns: Columns, at: IntArray) -> None:
    comments = BatchComment.objects.filter(batch__study=study).order_by(
        "batch_id", "source_id", "slot"
    )
    keys = np.array(comments.values_list("pk", flat=True)).reshape(-1, _PER_VIDEO)
    shown = keys[at].reshape(-1)
    order, seconds = columns.order.tolist(), columns.seconds.tolist()
    assignment = np.repeat(np.arange(1, len(at) + 1), _PER_VIDEO).tolist()
    _copy(
        "annotation_presentation (id, assignment_id, position, batch_comment_id)",
        zip(range(1, len(shown) + 1), assignment, order, shown.tolist(), strict=True),
    )
    words = ("ai", "human")
    _copy(
        "annotation_judgment (presentation_id, verdict, realism_score, key,"
        " answered_at, received_at, first_answer_seconds, full_answer_seconds)",
        (
            (n + 1, words[verdict], score, _uuid(n), _time(0), _time(0), took, took)
            for n, (verdict, score, took) in enumerate(
                zip(
                    columns.verdict.tolist(),
                    columns.score.tolist(),
                    seconds,
                    strict=True,
                )
            )
        ),
    )


def _copy(into: str, rows: Iterable[tuple[object, ...]]) -> None:
    statement = f"COPY {into} FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def _time(number: int) -> str:
    minutes, seconds = divmod(number, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"2026-03-{1 + days % 28:02d} {hours:02d}:{minutes:02d}:{seconds:02d}+00"
