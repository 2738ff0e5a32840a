"""The full export: everything collected, a codebook for it, and nobody's name."""

import io
import uuid
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from annotation.collected import TABLES
from annotation.models import (
    AssignmentState,
    AttentionCheck,
    BatchComment,
    ComprehensionAttempt,
    ComprehensionQuestion,
    Judgment,
    JudgmentRevision,
    Membership,
    Presentation,
    ProblemReport,
    Study,
    TrainingAnswer,
    TrainingItem,
)
from annotation.services.judging.withdrawals import withdraw_comment
from annotation.services.people.exclusions import exclude_annotator
from tests.analysis.studies import Judged, make_judged_study, plausible, submit
from tests.factories import make_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged() -> Judged:
    """Three annotators with a bit of everything; the first is a simulated one."""
    made = make_judged_study(videos=2, annotators=3)
    first, second, third = made.annotators
    User.objects.filter(memberships=first).update(is_simulated=True)
    _add_answers_beside_the_counted(made.study, first)
    _add_practice(made.study, second)
    _add_problem(second)
    exclude_annotator(membership=third, actor=make_admin(), reason="=asleep")
    withdraw_comment(
        batch_comment=BatchComment.objects.filter(batch__study=made.study)[0],
        actor=make_admin(),
        reason="slur",
        counts=False,
    )
    return made


def _add_answers_beside_the_counted(study: Study, person: Membership) -> None:
    work = person.assignments.order_by("number")
    first = work[0]
    comments = list(first.batch.batch_comments.select_related("source", "batch"))
    again = submit(
        person,
        comments,
        plausible,
        number=9,
        state=AssignmentState.ACTIVE,
        repeat_of=first,
    )
    check = AttentionCheck.objects.create(
        study=study, text="Answer AI here.", expected_verdict="ai"
    )
    shown = Presentation.objects.create(
        assignment=again, position=20, attention_check=check
    )
    now = timezone.now()
    Judgment.objects.create(
        presentation=shown,
        verdict="human",
        key=uuid.uuid4(),
        answered_at=now,
        received_at=now,
    )
    for earlier in (2, 1):
        JudgmentRevision.objects.create(
            presentation=first.presentations.get(position=1),
            verdict="ai",
            realism_score=earlier,
            key=uuid.uuid4(),
            answered_at=now - timedelta(minutes=earlier),
            received_at=now,
        )


def _add_practice(study: Study, person: Membership) -> None:
    item = TrainingItem.objects.create(
        study=study, position=1, text="lol", origin="human"
    )
    TrainingAnswer.objects.create(
        membership=person, item=item, verdict="human", realism_score=4
    )
    ComprehensionQuestion.objects.create(
        study=study, position=1, text="Who wrote?", choices=["A", "B"], right_choice=1
    )
    for number, choice in enumerate((0, 1), 1):
        ComprehensionAttempt.objects.create(
            membership=person,
            number=number,
            answers={"1": choice},
            passed=choice == 1,
        )


def _add_problem(person: Membership) -> None:
    assignment = person.assignments.get(number=1)
    ProblemReport.objects.create(
        membership=person,
        batch_number=assignment.number,
        assignment=assignment,
        subject="comment",
        presentation=assignment.presentations.get(position=2),
        kind="other",
        text="It has a phone number",
    )


def unpacked(content: bytes) -> dict[str, pd.DataFrame]:
    packed = ZipFile(io.BytesIO(content))
    assert packed.testzip() is None
    return {
        name.removesuffix(".csv"): pd.read_csv(packed.open(name))
        for name in packed.namelist()
        if name.endswith(".csv")
    }


def test_everything_collected_is_one_download(client: Client, judged: Judged) -> None:
    client.force_login(make_admin())
    link = reverse("analysis:everything", args=[judged.study.public_id])

    content = client.get(link).getvalue()

    _holds_everything(judged, unpacked(content))
    _describes_every_column(content)
    _names_nobody(judged, content)


def _holds_everything(judged: Judged, tables: dict[str, pd.DataFrame]) -> None:
    first, second, third = (one.code for one in judged.annotators)
    # 2 videos of 4 comments for 3 people, a repeat of one video, a check.
    answers = tables["answers"]
    assert len(answers) == 2 * 4 * 3 + 4 + 1
    assert answers["counts"].sum() == len(tables["judgments"]) == 2 * 4 * 2 - 2
    assert set(answers[answers["is_simulated"] == 1]["annotator_id"]) == {first}
    assert answers["first_answer_seconds"].notna().sum() == 2 * 4 * 3 + 4

    history = tables["answer_history"].query("answer_no > 1 or stands == 0")
    assert list(history["answer_no"]) == [1, 2, 3]
    assert list(history["stands"]) == [0, 0, 1]
    assert list(history["score"])[:2] == [2, 1]

    work = tables["assignments"].query("is_repeat == 1")
    assert list(work["repeat_of_no"]) == [1]
    assert {"played_seconds", "played_percent", "order_seed"} <= {*work.columns}

    (check,) = tables["attention_checks"].to_dict("records")
    assert (check["verdict"], check["expected_verdict"], check["passed"]) == (
        "human",
        "ai",
        0,
    )
    repeats = tables["repeats"]
    assert len(repeats) == 4
    assert (repeats["first_verdict"] == repeats["verdict"]).all()

    assert set(tables["annotators"]["first_verdict"]) <= {"human", "ai"}
    (left_out,) = tables["exclusions"].to_dict("records")
    assert left_out["annotator_id"] == third
    assert left_out["reason"] == "'=asleep"  # no formula for a spreadsheet
    assert left_out["answers"] == 8

    (practice,) = tables["training_answers"].to_dict("records")
    assert (practice["annotator_id"], practice["verdict"]) == (second, "human")
    attempts = tables["comprehension_answers"]
    assert list(attempts["answer"]) == ["A", "B"]
    assert list(attempts["is_right"]) == [0, 1]

    (problem,) = tables["problem_reports"].to_dict("records")
    assert (problem["text"], problem["order"]) == ("It has a phone number", 2)
    (withdrawn,) = tables["withdrawals"].to_dict("records")
    assert (withdrawn["reason"], withdrawn["counts"]) == ("slur", 0)
    assert withdrawn["comment_id"] in set(tables["comments"]["comment_id"])
    assert {"annotator excluded", "comment withdrawn"} <= {*tables["events"]["action"]}


def _describes_every_column(content: bytes) -> None:
    codebook = ZipFile(io.BytesIO(content)).read("codebook.md").decode()
    for table in TABLES:
        chapter = codebook.split(f"## {table.name}.csv")[1].split("\n## ")[0]
        assert [
            line.split("`")[1] for line in chapter.splitlines() if line[:3] == "| `"
        ] == [one.name for one in table.columns]


def _names_nobody(judged: Judged, content: bytes) -> None:
    packed = ZipFile(io.BytesIO(content))
    text = "".join(packed.read(name).decode() for name in packed.namelist())
    for person in judged.annotators:
        assert person.user is not None
        assert person.user.username not in text
        assert person.person_marks[0] not in text


def test_the_command_writes_it_for_an_empty_study(tmp_path: Path) -> None:
    study = make_judged_study(videos=1, annotators=1, ai_sources=1).study
    Judgment.objects.all().delete()

    call_command("export_everything", study.key, "-o", str(tmp_path / "all.zip"))

    tables = unpacked((tmp_path / "all.zip").read_bytes())
    assert set(tables) == {"judgments", *(table.name for table in TABLES)}
    assert len(tables["judgments"]) == 0
