"""People answer items: what they are given, what is kept, and what never changes."""

import math
import re
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analysis.metrics.undefined import Undefined
from analysis.thinking.answers import Answered, BuildFacts, Items, PersonReply
from analysis.thinking.bundle import read_bundle
from analysis.thinking.computing import results_of
from analysis.thinking.people import people_result
from analysis.thinking.rendering import FORMATS
from annotation.errors import IncompleteBatchError, NoBatchLeftError
from annotation.selectors.judging.endings import ending_of
from annotation.services.people.exclusions import exclude_annotator, include_annotator
from annotation.services.people.leaving import leave_study
from tasks.batching import Askable, batches_of
from tests import factories
from tests.thinking.making import make_run, make_sealed_build
from tests.thinking.people import (
    answer_batch,
    choice,
    join,
    make_item_study,
    make_open_item_study,
)
from thinking.errors import NoItemsError
from thinking.models import ItemAssignment, PersonAnswer, WorkState
from thinking.selectors.people import work_done
from thinking.services.giving import give_items
from thinking.services.person_answers import record_choices, submit_items

pytestmark = pytest.mark.django_db


def test_batches_hold_every_item_once_and_no_video_twice() -> None:
    tasks = ["TiS", "DeS", "TaM", "ToM", "CaM", "CoM", "CoP"]
    items = [
        Askable(7 * video + number, task, video)
        for video in range(60)
        for number, task in enumerate(tasks)
        if (video + number) % 5
    ]

    batches = batches_of(items, size=21, seed=4)

    assert sorted(item.name for batch in batches for item in batch) == sorted(
        item.name for item in items
    )
    for batch in batches:
        assert len({item.video for item in batch}) == len(batch) <= 21
    assert sum(len(batch) == 21 for batch in batches) >= len(batches) - 7
    assert batches == batches_of(items, size=21, seed=4)


def test_nobody_is_asked_about_a_video_twice() -> None:
    item_study = make_open_item_study(batch_size=15, redundancy=2)
    people = [join(item_study.study) for _ in range(3)]

    given = []
    for person in people:
        try:
            while True:
                given.append(answer_batch(person))
        except NoBatchLeftError:
            pass

    # Fifteen videos in every batch: whoever had one can have no other.
    assert len(given) == len(people)
    for person in people:
        videos = PersonAnswer.objects.filter(assignment__membership=person)
        seen = [*videos.values_list("item__video", flat=True)]
        assert len(seen) == len({*seen})
    assert ending_of(people[0]) is not None


def test_the_database_holds_the_redundancy() -> None:
    item_study = make_open_item_study(redundancy=1)
    first = give_items(membership=join(item_study.study))
    second = join(item_study.study)

    with pytest.raises(IntegrityError, match="stays_within_its_redundancy"):
        ItemAssignment.objects.create(
            batch=first.batch,
            membership=second,
            place=2,
            number=1,
            leased_until=first.leased_until,
        )


def test_the_same_answer_twice_counts_once_and_an_older_one_changes_nothing() -> None:
    assignment = give_items(membership=join(make_open_item_study().study))
    newest = choice(1, 2)

    record_choices(assignment=assignment, choices=[newest])
    record_choices(assignment=assignment, choices=[newest])
    old = choice(1, 0, age=timedelta(minutes=5))
    record_choices(assignment=assignment, choices=[old])

    row = assignment.answers.get(position=1)
    assert (row.place, row.change_count) == (2, 0)


def test_a_batch_is_submitted_when_complete_and_never_changes_then() -> None:
    assignment = give_items(membership=join(make_open_item_study().study))
    record_choices(assignment=assignment, choices=[choice(1), choice(2, None)])

    with pytest.raises(IncompleteBatchError) as refusal:
        submit_items(assignment=assignment)
    with (
        pytest.raises(IntegrityError, match="submitted_item_batch_is_answered"),
        transaction.atomic(),
    ):
        ItemAssignment.objects.update(state="submitted", submitted_at=timezone.now())
    assert refusal.value.positions == [2, 3]

    record_choices(assignment=assignment, choices=[choice(2), choice(3)])
    submit_items(assignment=assignment, looked_up=True)
    submit_items(assignment=assignment)  # once more: nothing happens

    assignment.refresh_from_db()
    assert (assignment.state, assignment.looked_up) == (WorkState.SUBMITTED, True)
    for change in (
        lambda: PersonAnswer.objects.update(place=3),
        lambda: PersonAnswer.objects.all().delete(),
    ):
        with (
            pytest.raises(IntegrityError, match="person_answer_never_changes"),
            transaction.atomic(),
        ):
            change()


def test_a_lapsed_batch_goes_to_somebody_else() -> None:
    item_study = make_open_item_study(redundancy=1, batch_size=15, items_per_task=1)
    count = item_study.batches.count()
    away = join(item_study.study)
    assignment = give_items(membership=away)
    assignment.leased_until -= timedelta(days=1)
    assignment.save()

    others = [give_items(membership=join(item_study.study)) for _ in range(count)]

    assert assignment.batch in {other.batch for other in others}
    done = work_done([away])[away.pk]
    assert (done.has_lapsed, done.current) == (True, None)


def test_an_excluded_persons_places_go_to_others_and_come_back_if_free() -> None:
    item_study = make_open_item_study(redundancy=1)
    person = join(item_study.study)
    actor = factories.make_researcher()
    assignment = answer_batch(person)

    exclude_annotator(membership=person, actor=actor, reason="bot", frees_places=True)
    assignment.refresh_from_db()
    freed = assignment.place
    include_annotator(membership=person, actor=actor)
    assignment.refresh_from_db()

    assert (freed, assignment.place) == (None, 1)


def test_who_leaves_can_have_everything_deleted() -> None:
    item_study = make_open_item_study(redundancy=1)
    person = join(item_study.study)
    assert person.user is not None
    answer_batch(person)

    leave_study(membership=person, actor=person.user, deletes_answers=True)

    assert not PersonAnswer.objects.exists()
    assert not item_study.study.memberships.exists()


def test_options_moved_on_for_each_person_are_stored_with_the_seed() -> None:
    item_study = make_open_item_study(moves_options=True, batch_size=15)

    rotations = {
        row.rotation
        for _ in range(2)
        for row in give_items(membership=join(item_study.study)).answers.all()
    }

    assert len(rotations) > 1


def test_a_sealed_study_keeps_its_items() -> None:
    make_open_item_study()

    with (
        pytest.raises(IntegrityError, match="sealed_study_keeps_its_items"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM thinking_batchitem")


def test_videos_that_cannot_be_played_are_not_asked_about() -> None:
    with pytest.raises(NoItemsError):
        make_item_study(make_sealed_build())


# --- The pages ----------------------------------------------------------------------


def test_a_person_comes_in_agrees_passes_the_check_and_answers(client: Client) -> None:
    study, researcher = make_item_study().study, factories.make_admin()
    client.force_login(researcher)
    for step in ("seal", "open"):
        client.post(reverse(f"annotation:study_{step}", args=[study.public_id]))
    person = factories.join(study)
    assert person.user is not None
    client.force_login(person.user)
    work = reverse("annotation:work", args=[study.public_id])

    consent = client.get(work)["Location"]
    versions = client.get(consent).context["form"]
    data = {name: field.initial or "on" for name, field in versions.fields.items()}
    client.post(consent, data)
    check = client.get(work)["Location"]
    client.post(check, {"question-1": "0", "question-2": "1"})
    ready = client.get(work)
    sheet = client.post(reverse("annotation:next_batch", args=[study.public_id]))

    assert ready.status_code == 200
    assert "one question each" in ready.content.decode()
    page = client.get(sheet["Location"])
    assert page.content.decode().count('type="radio"') == 12
    # Without a script the form is the answer, and the next batch follows.
    answered = {f"option-{n}": "1" for n in (1, 2, 3)} | {"known-2": "1"}
    following = client.post(f"{sheet['Location']}submit/", answered)
    assert following["Location"] != sheet["Location"]
    assert client.get(following["Location"]).status_code == 200
    assert PersonAnswer.objects.filter(knows_video=True, place=1).count() == 1
    assert client.get("/").status_code == 200


def test_nobody_else_opens_a_persons_batch(client: Client) -> None:
    assignment = give_items(membership=join(make_open_item_study().study))
    own = [
        reverse(f"thinking:{name}", args=[assignment.public_id])
        for name in ("sheet", "sheet_answers", "sheet_saved", "sheet_submit")
    ]
    found = {}

    for user in (factories.make_user(), factories.make_researcher()):
        client.force_login(user)
        found[user.role] = {
            code
            for address in own
            for code in (
                client.get(address).status_code,
                client.post(address).status_code,
            )
        }

    assert found == {"annotator": {404, 405}, "researcher": {403, 405}}


def test_item_studies_are_closed_to_who_does_not_run_them(client: Client) -> None:
    item_study = make_open_item_study()
    client.force_login(factories.make_researcher())
    shared = ("study", "study_people", "study_invitations", "study_texts", "study_log")
    pages = [
        reverse(f"annotation:{name}", args=[item_study.study.public_id])
        for name in shared
    ]
    pages.append(reverse("thinking:item_study", args=[item_study.study.public_id]))

    assert {client.get(page).status_code for page in pages} == {404}

    client.force_login(factories.make_admin())
    codes = {client.get(page).status_code for page in pages}
    assert codes == {200, 302}
    of_comments = reverse("annotation:study_sources", args=[item_study.study.public_id])
    assert client.get(of_comments).status_code == 404


def test_nothing_that_reaches_a_person_tells_the_right_option(client: Client) -> None:
    item_study = make_open_item_study(batch_size=15)
    person = join(item_study.study)
    assert person.user is not None
    client.force_login(person.user)
    assignment = give_items(membership=person)
    base = reverse("thinking:sheet", args=[assignment.public_id])

    pages = [
        client.get(base),
        client.post(
            f"{base}answers/",
            {
                "position": "1",
                "option": "0",
                "known": "0",
                "key": "00000000-0000-4000-8000-000000000001",
                "age_ms": "0",
                "view_ms": "10",
            },
        ),
        client.get(f"{base}saved/"),
        client.post(f"{base}submit/"),
        client.get(f"{base}problem/"),
        client.post(f"{base}problem/", {"about": "1"}),
    ]
    said = "\n".join(page.content.decode() for page in pages)
    whole = pages[0].content.decode()

    for row in assignment.answers.select_related("item"):
        assert row.item.item_id not in said
    assert not re.search(
        "provenance|is_right|relaxed|origin", said.replace("same-origin", "")
    )
    # Of every option the markup is the same but for its place, letter and text.
    options = re.findall(r"<label>.*?</label>", whole, re.DOTALL)
    neutral = {
        re.sub(r'option-\d+|value="\d"|<b>.</b>|<span dir="auto">.*?</span>', "", each)
        for each in options
    }
    assert len(options) == 4 * 15
    assert len(neutral) == 1


# --- The human row ------------------------------------------------------------------


def test_the_human_row_is_on_the_page_in_the_files_and_comes_out_of_the_bundle(
    client: Client, tmp_path: Path
) -> None:
    item_study = make_open_item_study(batch_size=15, redundancy=3, items_per_task=2)
    build = item_study.build
    for right in (True, True, False):
        person = join(item_study.study)
        try:
            while True:
                answer_batch(person, right=right)
        except NoBatchLeftError:
            pass
    make_run(tmp_path)
    client.force_login(factories.make_researcher())

    page = client.get(reverse("thinking:results", args=[build.name]))
    zipped = client.get(reverse("thinking:bundle", args=[build.name]))
    path = tmp_path / "answers.zip"
    path.write_bytes(b"".join(zipped))
    again = results_of(read_bundle(path))

    shown = page.content.decode()
    assert "Accuracy of people" in shown
    # A band behind the row of people and that of the model.
    assert shown.count("human-band") == 2
    people = again.people
    assert people is not None
    assert FORMATS["json"](again) == FORMATS["json"](page.context["results"])
    assert (people.people, people.lowest_pct, people.highest_pct) == (3, 0, 100)
    assert people.median_seconds == 20
    assert 0 < people.micro.pct < 100


def test_people_in_figures_by_hand() -> None:
    items = Items(
        ids=("a", "b", "c"),
        task=np.array([0, 0, 0]),
        video=np.array([0, 1, 2]),
        answer=np.array([0, 1, 2]),
    )
    said = {"P": (0, 1, 3), "Q": (0, 0, 3), "R": (0, 1, 0)}
    replies = tuple(
        PersonReply(person, item, 1, (place + 1) % 4, None, item == "a")
        for person, places in said.items()
        for item, place in zip(items.ids, places, strict=True)
    )

    found = people_result(Answered(BUILD, items, people=replies))

    assert found is not None
    assert found.tasks["TiS"].pct == pytest.approx(100 * 5 / 9)
    assert found.majority["TiS"] == pytest.approx(100 * 2 / 3)
    assert (found.lowest_pct, found.highest_pct) == pytest.approx((100 / 3, 200 / 3))
    assert found.missed == ("c",)
    assert found.known_pct == pytest.approx(100 / 3)
    # Pairs that agree: 3 of 3, 1 of 3, 1 of 3; shares 5, 2, 0 and 2 of 9.
    chance = (25 + 4 + 4) / 81
    assert found.kappa == pytest.approx((5 / 9 - chance) / (1 - chance))
    assert math.isnan(found.median_seconds)


def test_why_one_person_gives_no_agreement_is_said_of_items() -> None:
    items = Items(
        ids=("a",), task=np.array([0]), video=np.array([0]), answer=np.array([0])
    )
    reply = PersonReply("P", "a", 0, 0, None, knows_video=False)

    found = people_result(Answered(BUILD, items, people=(reply,)))

    assert found is not None
    for figure in (found.kappa, found.alpha):
        assert isinstance(figure, Undefined)
        assert str(figure.reason) == "no item has two answers"


BUILD = BuildFacts("by-hand", "0" * 64, 2, is_flagged=False, best_blind_pct={})


def test_what_people_knew_or_looked_up_can_be_left_out() -> None:
    items = Items(
        ids=("a", "b", "c"),
        task=np.zeros(3, dtype=np.int64),
        video=np.arange(3),
        answer=np.zeros(3, dtype=np.int64),
    )
    replies = (
        PersonReply("P", "a", 0, 0, None, knows_video=True),
        PersonReply("P", "b", 0, 1, None, knows_video=False),
        PersonReply("Q", "a", 0, 0, None, knows_video=False, looked_up=True),
        PersonReply("Q", "c", 0, 0, None, knows_video=True, looked_up=True),
    )

    found = people_result(Answered(BUILD, items, people=replies))

    assert found is not None
    assert [(one.answers, round(one.rate.pct)) for one in found.subsets] == [
        (4, 75),
        (2, 50),
        (2, 50),
        (1, 0),
    ]
