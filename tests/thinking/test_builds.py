"""Builds in the database: what they hold, and that they never change."""

import hashlib

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from corpus.models import VideoSelection
from tasks.building import build_items
from tests.tasks.records import corpus
from tests.thinking.making import make_flagged_build, make_item_build, make_selection
from thinking.errors import BuildIsSealedError, NoItemsError, SealNeedsReasonError
from thinking.models import Build, Item
from thinking.selectors.builds import built_item, item_lines
from thinking.services.builds import make_build, seal_build

pytestmark = pytest.mark.django_db


def test_a_build_holds_the_items_of_the_selections_videos() -> None:
    build = make_item_build(seed=3)

    # The same as from a file of the same records: nothing is lost in the database.
    expected = build_items(corpus(), seed=3).items
    assert [built_item(item) for item in build.items.all()] == list(expected)
    assert build.item_count == len(expected) > 100
    assert {item.video.title for item in build.items.select_related("video")} == {
        record.title for record in corpus()
    }


def test_the_hash_is_over_the_items_that_can_be_downloaded() -> None:
    build = make_item_build()

    digest = hashlib.sha256("".join(item_lines(build)).encode()).hexdigest()
    assert digest == build.sha256


def test_building_again_finds_the_same_build() -> None:
    selection = make_selection()
    first, is_new = make_build(selection=selection, seed=1)

    again, is_new_again = make_build(selection=selection, seed=1)

    assert (is_new, is_new_again) == (True, False)
    assert again == first
    assert Item.objects.count() == first.item_count


def test_another_selection_of_the_same_videos_finds_the_same_build() -> None:
    first, _ = make_build(selection=make_selection("one"), seed=1)

    again, is_new = make_build(selection=make_selection("two"), seed=1)

    assert (again, is_new) == (first, False)


def test_videos_without_items_make_no_build() -> None:
    empty = VideoSelection.objects.create(key="empty", title="Empty")

    with pytest.raises(NoItemsError, match="yield no items"):
        make_build(selection=empty, seed=1)


def test_a_sealed_build_neither_changes_nor_goes() -> None:
    build = seal_build(build=make_item_build())

    with pytest.raises(BuildIsSealedError):
        seal_build(build=build)
    with pytest.raises(IntegrityError, match="sealed_build"), transaction.atomic():
        Build.objects.filter(pk=build.pk).update(seal_reason="other")
    with pytest.raises(IntegrityError, match="sealed_build"), transaction.atomic():
        build.delete()
    with pytest.raises(IntegrityError, match="sealed_build"), transaction.atomic():
        build.items.first().delete()  # type: ignore[union-attr]
    assert build.items.count() == build.item_count


def test_items_and_what_a_build_was_made_from_never_change() -> None:
    build = make_item_build()

    for change in ({"seed": 9}, {"sha256": "0" * 64}, {"is_flagged": True}):
        with (
            pytest.raises(IntegrityError, match="build_is_what_was_built"),
            transaction.atomic(),
        ):
            Build.objects.filter(pk=build.pk).update(**change)
    with (
        pytest.raises(IntegrityError, match="build_is_what_was_built"),
        transaction.atomic(),
    ):
        build.items.update(answer=0)


def test_a_build_that_is_not_sealed_can_be_thrown_away() -> None:
    build = make_item_build()

    build.delete()

    assert not Item.objects.exists()


def test_a_flagged_build_is_sealed_with_a_reason_alone() -> None:
    build = make_flagged_build()

    with pytest.raises(SealNeedsReasonError, match="without the video"):
        seal_build(build=build, reason="  ")
    with (
        pytest.raises(IntegrityError, match="flagged_build_is_sealed_with_a_reason"),
        transaction.atomic(),
    ):
        Build.objects.filter(pk=build.pk).update(sealed_at=timezone.now())
    assert seal_build(build=build, reason="To show the flaw.").is_sealed


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"task": "XxX"}, "item_is_of_a_known_task_with_its_number_of_options"),
        ({"answer": 4}, "item_answer_is_an_option"),
        (
            {"options": ["a", "b", "c"]},
            "item_is_of_a_known_task_with_its_number_of_options",
        ),
        ({}, "one_item_per_video_and_task"),
    ],
)
def test_the_database_refuses_what_is_no_item(
    change: dict[str, object], name: str
) -> None:
    item = make_item_build().items.filter(task="CaM").get(video__external_id="soup")
    item.pk = None
    item.item_id = "another"
    for field, value in change.items():
        setattr(item, field, value)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        item.save(force_insert=True)


def test_an_item_is_in_its_build_once() -> None:
    build = make_item_build()
    item = build.items.filter(task="CaM").get(video__external_id="soup")
    other = build.items.filter(task="ToM").get(video__external_id="bread")
    Item.objects.filter(pk=other.pk).delete()
    other.pk, other.item_id = None, item.item_id

    with (
        pytest.raises(IntegrityError, match="item_id_is_unique_in_its_build"),
        transaction.atomic(),
    ):
        other.save(force_insert=True)


def test_a_video_that_is_asked_about_stays() -> None:
    build = make_item_build()
    item = build.items.first()
    assert item is not None

    with pytest.raises(ProtectedError):
        item.video.delete()


def test_the_command_builds_seals_and_says_what_it_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_selection("top")

    call_command("build_tasks", selection="top", seed=5, seal=True)
    call_command("build_tasks", selection="top", seed=5)

    first, second = capsys.readouterr().out.splitlines()
    assert "(new): 103 items: TiS 13, DeS 15, TaM 15, ToM 15, CaM 15" in first
    assert "(already there)" in second
    assert Build.objects.get().is_sealed
    with pytest.raises(CommandError, match="No selection has the key nothing"):
        call_command("build_tasks", selection="nothing")


def test_the_command_says_why_it_made_no_build() -> None:
    VideoSelection.objects.create(key="none", title="None")

    with pytest.raises(CommandError, match="yield no items"):
        call_command("build_tasks", selection="none")
