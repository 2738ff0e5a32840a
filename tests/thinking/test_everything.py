"""The full export of a study of items: answers, their history, one codebook."""

import io
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from analysis.export.everything import tables_of
from annotation.models import ProblemSubject
from annotation.services.judging.problems import ReportedItem, report_item_problem
from annotation.services.people.exclusions import exclude_annotator
from tests.analysis.export.test_everything import unpacked
from tests.factories import make_admin
from tests.thinking.mmla import make_label_build
from tests.thinking.people import answer_batch, choice, join, make_open_item_study
from thinking.models import ItemStudy, PersonAnswer
from thinking.selectors.builds import asked_item
from thinking.services.giving import give_items
from thinking.services.person_answers import record_choices

pytestmark = pytest.mark.django_db


def answered(item_study: ItemStudy) -> ItemStudy:
    """One batch after a change of mind, one of somebody left out, one in work."""
    first, second, third = (join(item_study.study) for _ in range(3))
    work = give_items(membership=first)
    record_choices(assignment=work, choices=[choice(1, 1, age=timedelta(minutes=9))])
    for person in (first, second):
        assignment = give_items(membership=person)
        count = len(assignment.answers.all()[0].item.options)
        given = [
            choice(row.position, row.position % count, view_seconds=4.0)
            for row in assignment.answers.all()
        ]
        record_choices(assignment=assignment, choices=given)
    answer_batch(second)
    give_items(membership=third)
    exclude_annotator(membership=second, actor=make_admin(), reason="asleep")
    return item_study


def right_of(row: PersonAnswer) -> bool | None:
    """By the rules by which items are asked."""
    if row.place is None:
        return None
    return row.place == asked_item(row.item).answer_at(row.rotation)


def holds_every_answer(tables: dict[str, pd.DataFrame]) -> None:
    answers = tables["item_answers"]
    rows = PersonAnswer.objects.select_related("item").order_by(
        "assignment__membership__code", "assignment__number", "position"
    )
    assert len(answers) == rows.count()
    for (_, cells), row in zip(answers.iterrows(), rows, strict=True):
        is_right = right_of(row)
        assert cells["item_id"] == row.item.item_id
        if is_right is None:
            assert pd.isna(cells["is_right"])
        else:
            assert cells["is_right"] == is_right
            options = asked_item(row.item).options_at(row.rotation)
            assert cells["option"].lstrip("'") == options[row.place or 0]


def test_every_answer_of_items_is_one_download(client: Client) -> None:
    item_study = answered(make_open_item_study(moves_options=True))
    study = item_study.study
    assignment = study.memberships.exclude(item_assignments=None)[0]
    report_item_problem(
        membership=assignment,
        number=1,
        item=ReportedItem(ProblemSubject.PAGE),
        kind="other",
        text="slow",
    )
    client.force_login(make_admin())
    overview = reverse("thinking:item_study", args=[study.public_id])
    link = reverse("analysis:everything", args=[study.public_id])
    assert link in client.get(overview).content.decode()

    content = client.get(link).getvalue()

    tables = unpacked(content)
    assert set(tables) == {table.name for table in tables_of(study)}
    holds_every_answer(tables)
    history = tables["item_answer_history"]
    assert list(history[history["answer_no"] > 1]["stands"]) == [1] * 4
    assert (history["stands"] == 0).sum() == 4
    counted = tables["item_answers"]["counts"].sum()
    assert (
        counted
        == PersonAnswer.objects.filter(
            assignment__state="submitted", assignment__membership__excluded_at=None
        ).count()
    )
    assert len(tables["item_batches"]) == item_study.build.items.count()
    assert list(tables["problem_reports"]["text"]) == ["slow"]
    codebook = ZipFile(io.BytesIO(content)).read("codebook.md").decode()
    for table in tables_of(study):
        chapter = codebook.split(f"## {table.name}.csv")[1].split("\n## ")[0]
        assert all(f"| `{one.name}` |" in chapter for one in table.columns)
    text = b"".join(
        ZipFile(io.BytesIO(content)).read(name)
        for name in [f"{one.name}.csv" for one in tables_of(study)]
    )
    for person in study.memberships.select_related("user"):
        assert person.user is not None
        assert person.user.username.encode() not in text


@pytest.mark.parametrize("name", ["MUStARD", "CH-SIMSv2.0", "MELD"])
def test_labels_in_any_order_are_exported_as_chosen(name: str, tmp_path: Path) -> None:
    build = make_label_build(tmp_path, name, clips=8)
    plan = {"batch_size": 4, "redundancy": 1, "moves_options": True}
    item_study = make_open_item_study(build=build, **plan)
    person = join(item_study.study)
    work = give_items(membership=person)
    count = len(build.items.all()[0].options)
    given = [choice(n, n % count) for n in range(1, 5)]
    record_choices(assignment=work, choices=given)

    target = tmp_path / "all.zip"
    call_command("export_everything", item_study.study.key, "-o", str(target))

    holds_every_answer(unpacked(target.read_bytes()))
