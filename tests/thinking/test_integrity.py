"""Rules of item studies over several rows, looked at by check_integrity."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.models import Membership, Study
from annotation.selectors.studies.integrity import broken_references, broken_rules
from tests import factories
from tests.annotation.management.test_check_integrity import triggers_off
from tests.thinking.people import answer_batch, choice, join, make_open_item_study
from thinking.models import (
    BatchItem,
    Item,
    ItemAssignment,
    PersonAnswer,
    PersonAnswerRevision,
)
from thinking.selectors.integrity_rules import (
    ITEM_BATCHES,
    ITEM_BUILD,
    ITEM_ORDER,
    ITEM_RULES,
)
from thinking.services.giving import give_items
from thinking.services.person_answers import record_choices

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    """One batch submitted after a change of mind, and one in work."""
    item_study = make_open_item_study(moves_options=True)
    person = join(item_study.study)
    first = give_items(membership=person)
    record_choices(
        assignment=first,
        choices=[
            choice(1, place, age=timedelta(minutes=9 - place)) for place in range(3)
        ],
    )
    answer_batch(person)
    give_items(membership=join(item_study.study))
    return item_study.study


def submitted() -> ItemAssignment:
    return ItemAssignment.objects.get(state="submitted")


def in_work() -> ItemAssignment:
    return ItemAssignment.objects.get(state="active")


def hold_a_place_that_is_none() -> None:
    ItemAssignment.objects.filter(pk=submitted().pk).update(place=9)


def free_a_place_of_somebody_who_counts() -> None:
    now = timezone.now()
    ItemAssignment.objects.filter(pk=submitted().pk).update(place=None, freed_at=now)


def give_a_batch_to_a_stranger() -> None:
    stranger = factories.join(factories.make_open_study())
    ItemAssignment.objects.filter(pk=submitted().pk).update(membership=stranger)


def lease_backwards() -> None:
    late = timezone.now() - timedelta(days=1)
    ItemAssignment.objects.filter(pk=in_work().pk).update(leased_until=late)


def leave_with_a_batch() -> None:
    gone = Membership.objects.filter(pk=in_work().membership_id)
    gone.update(left_at=timezone.now(), user=None, person_marks=[])


def give_a_batch_to_one_person_twice() -> None:
    first, second = submitted(), in_work()
    ItemAssignment.objects.filter(pk=second.pk).update(batch=first.batch, place=2)
    again = Membership.objects.filter(pk=second.membership_id)
    again.update(user=None, person_marks=first.membership.person_marks)


def ask_about_a_video_twice() -> None:
    first, other = submitted().answers.order_by("position")[:2]
    same = Item.objects.filter(video=first.item.video).exclude(pk=first.item_id)[0]
    PersonAnswer.objects.filter(pk=other.pk).update(item=same)


def lose_an_answer() -> None:
    submitted().answers.order_by("position")[0].delete()


def choose_what_is_no_option() -> None:
    submitted().answers.update(place=7)


def answer_after_the_submission() -> None:
    submitted().answers.update(given_at=timezone.now() + timedelta(hours=1))


def keep_a_later_answer_as_history() -> None:
    row = submitted().answers.all()[0]
    assert row.given_at is not None
    PersonAnswerRevision.objects.create(
        answer=row, key=uuid4(), given_at=row.given_at + timedelta(seconds=5)
    )


def lose_the_history() -> None:
    PersonAnswerRevision.objects.all().delete()


def exchange_an_item_of_a_batch() -> None:
    first, second = BatchItem.objects.order_by("pk")[:2]
    slots = BatchItem.objects.filter(pk=first.pk)
    BatchItem.objects.filter(pk=second.pk).delete()
    slots.update(item=second.item)


def rewrite_an_option() -> None:
    item = Item.objects.all()[0]
    Item.objects.filter(pk=item.pk).update(options=[*item.options[:3], "another"])


def draw_another_seed() -> None:
    ItemAssignment.objects.filter(pk=in_work().pk).update(seed="0" * 64)


BREAKS: dict[Callable[[], None], str] = {
    hold_a_place_that_is_none: "item-place-number",
    free_a_place_of_somebody_who_counts: "item-place-freed",
    give_a_batch_to_a_stranger: "item-assignment-study",
    lease_backwards: "item-place-and-lease",
    leave_with_a_batch: "item-left-place",
    give_a_batch_to_one_person_twice: "item-person-twice",
    ask_about_a_video_twice: "item-video-twice",
    lose_an_answer: "item-answered-in-full",
    choose_what_is_no_option: "item-answer-possible",
    answer_after_the_submission: "item-answer-locked",
    keep_a_later_answer_as_history: "item-history",
    lose_the_history: "item-history",
    exchange_an_item_of_a_batch: "item-batches-unchanged",
    rewrite_an_option: "item-build-unchanged",
    draw_another_seed: "item-order",
}


def test_an_item_study_that_keeps_the_rules_has_nothing_wrong(study: Study) -> None:
    assert [*broken_rules(study), *broken_references()] == []
    call_command("check_integrity", study=study.key)


def test_each_broken_rule_is_named(study: Study) -> None:
    for breaks, rule in BREAKS.items():
        with transaction.atomic():
            with triggers_off():
                breaks()
            findings = {finding.rule.key: finding for finding in broken_rules(study)}
            transaction.set_rollback(True)

        assert rule in findings, (breaks, findings)
        assert findings[rule].rule.remedy.endswith(".")

    rules = (*ITEM_RULES, ITEM_BATCHES, ITEM_BUILD, ITEM_ORDER)
    assert {rule.key for rule in rules} == {*BREAKS.values()}


def test_the_command_names_what_is_wrong(
    study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    with triggers_off():
        hold_a_place_that_is_none()

    with pytest.raises(CommandError):
        call_command("check_integrity")

    said = capsys.readouterr().err
    assert f"{study.key}: item-place-number: a place is one of the batch's" in said


@pytest.mark.usefixtures("study")
def test_earlier_answers_are_kept_and_never_change() -> None:
    row = submitted().answers.get(position=1)
    kept = [*row.revisions.order_by("given_at").values_list("place", flat=True)]

    assert kept == [0, 1, 2]
    assert row.change_count in (2, 3)  # the last choice may have been the same
    for change in (
        lambda: PersonAnswerRevision.objects.update(place=3),
        lambda: PersonAnswerRevision.objects.all().delete(),
    ):
        with (
            pytest.raises(IntegrityError, match="earlier_person_answer"),
            transaction.atomic(),
        ):
            change()


def test_an_answer_that_comes_late_is_history_once() -> None:
    assignment = give_items(membership=join(make_open_item_study().study))
    late = choice(1, 0, age=timedelta(minutes=5))

    for given in (choice(1, 2), late, late):
        record_choices(assignment=assignment, choices=[given])

    row = PersonAnswer.objects.get(assignment=assignment, position=1)
    assert row.place == 2
    assert [one.place for one in row.revisions.all()] == [0]
