"""Generation rounds over the REST API: as their pages, for admins alone."""

import pytest

from accounts.models import User
from annotation.models import MembershipRole
from generation.models import GenerationRound
from tests import factories
from tests.annotation.api.programs import Program
from tests.generation.rounds import MODEL, make_draft, write_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return factories.make_admin()


def test_a_round_is_started_watched_paused_and_ended(admin: User) -> None:
    program = Program(admin)
    study = make_draft(videos=2)
    path = f"studies/{study.public_id}/rounds/"

    made = program.post(path, {"models": [MODEL], "seed": 7})
    assert program.status == 201
    again = program.post(path, {"models": [MODEL]})
    assert program.status == 409
    one = f"rounds/{made['public_id']}/"
    states = [program.post(f"{one}{act}/")["state"] for act in ("pause", "resume")]
    write_all(GenerationRound.objects.get())
    watched = program.get(one)
    ended = program.post(f"{one}cancel/")

    assert (made["seed"], made["overall"]["waiting"]) == (7, 2)
    assert "nothing left to write" in again["detail"]
    assert states == ["paused", "open"]
    assert (watched["overall"]["done"], watched["overall"]["waiting"]) == (2, 0)
    assert watched["models"][0]["title"] == "Qwen2.5-VL 7B"
    assert watched["queues_without_worker"] == []
    assert ended["state"] == "cancelled"
    assert program.post(f"{one}cancel/") == ended
    assert [row["public_id"] for row in program.get(path)] == [made["public_id"]]


def test_what_cannot_be_started_is_said(admin: User) -> None:
    program = Program(admin)
    draft = f"studies/{make_draft(videos=1).public_id}/rounds/"
    opened = f"studies/{factories.make_open_study().public_id}/rounds/"

    refusals = [
        (program.post(draft, {"models": ["no-such-model"]}), program.status),
        (program.post(draft, {"models": []}), program.status),
        (program.post(opened, {"models": [MODEL]}), program.status),
    ]

    assert [status for _, status in refusals] == [400, 400, 409]
    assert refusals[0][0]["reasons"][0].startswith("models: ")
    assert not GenerationRound.objects.exists()


def test_the_models_are_listed_with_what_is_in_their_way(admin: User) -> None:
    listed = Program(admin).get("models/")

    one = next(row for row in listed if row["key"] == MODEL)
    assert (one["title"], one["can_run"]) == ("Qwen2.5-VL 7B", False)
    assert (one["availability"], one["workers"]) == ("unprepared", [])
    assert "No checkpoint" in one["checks"]["weights"]


def test_rounds_are_for_admins_alone() -> None:
    researcher = factories.make_researcher()
    study = make_draft(videos=1)
    factories.join(study, researcher, MembershipRole.RESEARCHER)
    program = Program(researcher)

    for path in ("models/", f"studies/{study.public_id}/rounds/"):
        refusal = program.get(path)
        assert (program.status, refusal["detail"]) == (403, "Only admins can do this.")
    program.post(f"studies/{study.public_id}/rounds/", {"models": [MODEL]})
    assert program.status == 403
