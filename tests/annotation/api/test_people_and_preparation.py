"""Programs prepare annotators, see who judges, exclude, restore and preregister."""

import hashlib

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import TokenScope, User
from annotation.models import MembershipRole, Study
from client import Platform
from tests import factories
from tests.annotation.api.programs import Program

pytestmark = pytest.mark.django_db

PRACTICE = {"text": "so cute omg", "origin": "human", "feedback": "", "video": ""}
QUESTION = {"text": "How many are human?", "choices": ["Five", "* Not told"]}
CHECK = {
    "text": "Please answer AI and 0",
    "expected_verdict": "ai",
    "expected_score": 0,
}
LISTS = {"training": PRACTICE, "questions": QUESTION, "checks": CHECK}


@pytest.fixture
def researcher() -> User:
    return factories.make_researcher()


@pytest.fixture
def program(researcher: User) -> Program:
    return Program(researcher)


def mine(researcher: User, study: Study) -> str:
    factories.join(study, researcher, MembershipRole.RESEARCHER)
    return f"studies/{study.public_id}/"


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_was_read_can_be_sent_again(
    program: Program, researcher: User, name: str
) -> None:
    path = mine(researcher, factories.make_study()) + f"{name}/"

    set_ = program.send("PUT", path, {name: [LISTS[name]]})
    again = program.send("PUT", path, program.get(path))

    assert program.status == 200
    assert set_ == again == {name: [LISTS[name]]}


@pytest.mark.parametrize(
    ("name", "row", "says"),
    [
        (
            "questions",
            {"text": "?", "choices": ["a", "b"]},
            "questions 1: answers: Put",
        ),
        ("checks", {"text": "x"}, "checks 1: Enter the expected verdict"),
        ("training", {**PRACTICE, "video": "x:none"}, "training 1: video: The corpus"),
    ],
)
def test_a_wrong_row_is_refused_by_its_number(
    program: Program, researcher: User, name: str, row: dict[str, object], says: str
) -> None:
    path = mine(researcher, factories.make_study()) + f"{name}/"

    told = program.send("PUT", path, {name: [row]})

    assert program.status == 400
    assert any(reason.startswith(says) for reason in told["reasons"])


def test_what_annotators_prepare_with_is_fixed_with_the_seal(
    program: Program, researcher: User
) -> None:
    path = mine(researcher, factories.make_open_study())

    program.send("PUT", f"{path}questions/", {"questions": [QUESTION]})

    assert program.status == 409
    asked = program.get(f"{path}instrument/")
    assert asked["question"] == "Was it written by a human or by AI?"
    assert [one["value"] for one in asked["verdicts"]] == ["human", "ai"]


def test_annotators_are_listed_excluded_and_restored_by_code_alone(
    program: Program, researcher: User
) -> None:
    study = factories.make_open_study()
    path = mine(researcher, study)
    user = factories.make_user()

    added = program.post(f"{path}annotators/", {"usernames": [user.username]})
    code = added[0]["code"]
    listed = program.get(f"{path}annotators/")
    excluded = program.post(f"{path}annotators/{code}/exclude/", {"reason": "Hasty."})
    twice = program.post(f"{path}annotators/{code}/exclude/", {"reason": "Hasty."})
    refused = program.status
    restored = program.post(f"{path}annotators/{code}/restore/")

    assert listed == added
    assert user.username not in str(listed)
    assert (excluded["exclusion_reason"], refused) == ("Hasty.", 409)
    assert "already excluded" in twice["detail"]
    assert restored["excluded_at"] is None
    program.post(f"{path}annotators/nobody/restore/")
    assert program.status == 404


def test_only_a_token_that_may_change_things_excludes(researcher: User) -> None:
    study = factories.make_open_study()
    path = mine(researcher, study)
    code = factories.join(study).code
    reader = Program(researcher, TokenScope.READ)

    reader.post(f"{path}annotators/{code}/exclude/", {"reason": "Hasty."})

    assert reader.status == 403
    assert len(reader.get(f"{path}annotators/")) == 1


def test_a_plan_is_registered_once_read_and_downloadable(
    program: Program, researcher: User
) -> None:
    path = mine(researcher, factories.make_study())
    program.get(f"{path}preregistration/")
    before = program.status

    made = program.post(
        f"{path}preregistration/", {"hypotheses": "It passes.", "annotators": 4}
    )
    read = program.get(f"{path}preregistration/")
    files = {row["name"] for row in program.get(f"{path}downloads/")}
    program.post(f"{path}preregistration/", {"hypotheses": "It does not."})

    assert (before, program.status) == (404, 409)
    assert read == made
    assert hashlib.sha256(made["text"].encode()).hexdigest() == made["sha256"]
    assert {"preregistration.pdf", "preregistration.md", "heds.json"} <= files


@pytest.mark.django_db(transaction=True)
def test_the_python_client_does_all_of_it(live_server: LiveServer) -> None:
    researcher = factories.make_researcher()
    mine(researcher, factories.make_study(key="spring"))
    judge = factories.make_user()
    token = factories.make_api_key(researcher, TokenScope.WRITE)
    study = Platform(live_server.url, token).study("spring")

    study.set_training([PRACTICE])
    study.set_questions([QUESTION])
    study.set_checks([CHECK])
    registered = study.preregister("It passes.", annotators=4)
    code = study.add_annotators(judge.username)[0]["code"]
    study.exclude(code, "Hasty.")
    restored = study.restore(code)

    assert (study.training(), study.questions()) == ([PRACTICE], [QUESTION])
    assert study.checks() == [CHECK]
    assert study.instrument()["key"] == "human-ai-0-5"
    assert study.texts() == []
    assert study.preregistration() == registered
    assert study.annotators() == [restored]
