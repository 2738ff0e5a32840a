"""The judgments of a study: what counts, and the same in memory and in exports."""

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import analysis
from analysis.export.long_table import csv_blocks, jsonl_blocks, write_parquet
from analysis.selectors.database import judgments_of
from analysis.selectors.studies import care_of
from annotation.models import (
    AssignmentState,
    AttentionCheck,
    BatchComment,
    Judgment,
    Presentation,
)
from annotation.services.people.exclusions import exclude_annotator
from corpus.models import Video
from tests.analysis.studies import (
    Answer,
    Judge,
    Judged,
    make_judged_study,
    plausible,
    submit,
)
from tests.factories import (
    human_source,
    join,
    make_open_study,
    make_researcher,
    make_source,
)

pytestmark = pytest.mark.django_db


def exported(judged: Judged) -> list[dict[str, str]]:
    text = b"".join(csv_blocks(judged.study)).decode()
    return list(csv.DictReader(io.StringIO(text)))


def with_missing_halves(comment: BatchComment, annotator: int) -> Answer:
    verdict, score = plausible(comment, annotator)
    if comment.source.is_human:
        return verdict, score
    return (None, score) if annotator else (verdict, None)


@pytest.mark.parametrize("judge", [plausible, with_missing_halves])
def test_arrays_and_exports_of_a_study_are_equal(tmp_path: Path, judge: Judge) -> None:
    judged = make_judged_study(judge=judge)
    (tmp_path / "t.csv").write_bytes(b"".join(csv_blocks(judged.study)))
    write_parquet(judged.study, tmp_path / "t.parquet")

    straight = judgments_of(judged.study)

    assert len(straight) == 3 * 3 * 4
    for file in ("t.csv", "t.parquet"):
        read = analysis.read_judgments(tmp_path / file)
        assert read.fingerprint == straight.fingerprint


def test_the_export_begins_with_the_columns_of_the_long_table() -> None:
    judged = make_judged_study(videos=1, annotators=1)

    first = exported(judged)[0]

    assert list(first)[:9] == [
        "annotator_id",
        "video_id",
        "comment_id",
        "source",
        "is_human",
        "verdict",
        "score",
        "order",
        "seconds",
    ]
    assert first["annotator_id"] == judged.annotators[0].code
    assert first["seconds"] == "1.35"


def test_json_lines_hold_the_same_rows() -> None:
    judged = make_judged_study(videos=1)
    Video.objects.update(category='tabs\t"quotes" \\ and\nlines')

    lines = b"".join(jsonl_blocks(judged.study)).decode().splitlines()

    rows = [json.loads(line) for line in lines]
    assert [row["comment_id"] for row in rows] == [
        row["comment_id"] for row in exported(judged)
    ]
    assert rows[0]["category"] == 'tabs\t"quotes" \\ and\nlines'


def test_parquet_has_arrow_types_and_says_where_it_is_from(tmp_path: Path) -> None:
    judged = make_judged_study(videos=1)

    write_parquet(judged.study, tmp_path / "t.parquet")

    schema = pq.read_schema(tmp_path / "t.parquet")
    assert str(schema.field("score").type) == "int8"
    assert str(schema.field("started_at").type) == "timestamp[us, tz=UTC]"
    assert schema.metadata[b"study"].decode() == judged.study.key


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1"])
def test_a_text_cannot_become_a_formula(text: str) -> None:
    judged = make_judged_study(videos=1, annotators=1)
    Video.objects.update(category=text)

    assert {row["category"] for row in exported(judged)} == {f"'{text}"}


def test_a_video_id_that_looks_like_a_formula_comes_back_as_it_was(
    tmp_path: Path,
) -> None:
    judged = make_judged_study(videos=1, annotators=1)
    Video.objects.update(platform="=cmd", external_id="-dQw4")
    (tmp_path / "t.csv").write_bytes(b"".join(csv_blocks(judged.study)))

    assert exported(judged)[0]["video_id"] == "'=cmd:-dQw4"
    assert analysis.read_judgments(tmp_path / "t.csv").videos == ("=cmd:-dQw4",)


def test_unfinished_assignments_do_not_count() -> None:
    judged = make_judged_study(annotators=2)
    unfinished = judged.assignments[0]
    # A submitted assignment is reopened by its state alone.
    unfinished.state = AssignmentState.ACTIVE
    unfinished.save()

    assert len(judgments_of(judged.study)) == (3 * 2 - 1) * 4


def test_excluded_annotators_do_not_count_and_are_named() -> None:
    judged = make_judged_study(annotators=3)
    exclude_annotator(
        membership=judged.annotators[1],
        actor=make_researcher(),
        reason="clicked through",
    )

    data = judgments_of(judged.study)

    assert judged.annotators[1].code not in data.annotators
    assert len(data) == 3 * 2 * 4
    assert len(exported(judged)) == len(data)


def test_repeats_and_attention_checks_do_not_count_but_are_reported() -> None:
    judged = make_judged_study(videos=1, annotators=1)
    person, first = judged.annotators[0], judged.assignments[0]
    comments = list(first.batch.batch_comments.select_related("source", "batch"))
    check = AttentionCheck.objects.create(
        study=judged.study,
        text="AI and 0, please",
        expected_verdict="ai",
        expected_score=0,
    )

    repeat = submit(
        person,
        comments,
        lambda comment, _: ("human", 3) if comment.source.is_human else ("human", 2),
        number=2,
        repeat_of=first,
        state=AssignmentState.ACTIVE,
    )
    shown = Presentation.objects.create(
        assignment=repeat, position=9, attention_check=check
    )
    template = Judgment.objects.first()
    assert template is not None
    template.pk = None
    template.presentation, template.verdict, template.realism_score = shown, "ai", 1
    template.save(force_insert=True)
    repeat.state, repeat.submitted_at = AssignmentState.SUBMITTED, repeat.leased_until
    repeat.save()

    assert len(judgments_of(judged.study)) == 4
    care = care_of(judged.study)[person.code]
    assert care.checks is not None
    assert (care.checks.total, care.checks.passed) == (1, 0)
    assert care.repeated == 4
    alike = sum(plausible(comment, 0)[0] == "human" for comment in comments)
    assert care.repeated_alike == alike


def test_a_study_without_judgments_is_empty_and_knows_its_sources(
    tmp_path: Path,
) -> None:
    late, early = make_source(), make_source()
    study = make_open_study(ai_sources=[early, late])
    join(study)
    write_parquet(study, tmp_path / "t.parquet")

    data = judgments_of(study)

    assert len(data) == 0
    assert data.sources == (human_source().key, early.key, late.key)
    assert b"".join(csv_blocks(study)).count(b"\n") == 1
    assert pq.read_table(tmp_path / "t.parquet").num_rows == 0
