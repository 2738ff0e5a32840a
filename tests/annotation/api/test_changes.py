"""A study run by a program: made, filled, sealed, opened, closed; the same refusals."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Role, TokenScope, User
from annotation.models import (
    DocumentKind,
    MembershipRole,
    Study,
    StudyState,
)
from annotation.services.imports.study_imports import run_study_import
from corpus.models import Source, Video
from tests import factories
from tests.annotation.api.programs import Program

pytestmark = pytest.mark.django_db

NEW = {"key": "spring", "title": "Spring pilot"}


@pytest.fixture
def researcher() -> User:
    return factories.make_researcher()


@pytest.fixture
def program(researcher: User) -> Program:
    return Program(researcher)


@pytest.fixture
def source() -> Source:
    return factories.make_source("gpt-4o")


@pytest.fixture
def video(source: Source) -> Video:
    """One with a clip, five comments by people and one that every study may take."""
    video = factories.make_video(external_id="one")
    factories.make_media(video)
    for _ in range(5):
        factories.make_comment(video, factories.human_source(), like_count=3)
    factories.make_comment(video, source)
    return video


def mine(researcher: User, study: Study) -> str:
    """The study's address in the API, once it is the researcher's."""
    factories.join(study, researcher, MembershipRole.RESEARCHER)
    return f"studies/{study.public_id}/"


# --- A whole way --------------------------------------------------------------------


@pytest.mark.usefixtures("video")
def test_a_program_takes_a_study_from_its_making_to_its_end(program: Program) -> None:
    made = program.post(
        "studies/", {**NEW, "videos": ["tests:one"], "sources": ["gpt-4o"]}
    )
    path = f"studies/{made['public_id']}/"
    ready = program.get(f"{path}readiness/")
    states = [
        program.post(f"{path}{name}/")["state"]
        for name in ("seal", "open", "pause", "resume", "close", "archive")
    ]

    assert (made["state"], made["batch_count"], made["sources"]) == (
        "draft",
        1,
        ["gpt-4o"],
    )
    assert ready["reasons"] == []
    assert (ready["batches"], ready["full"], ready["missing_comments"]) == (1, 1, 0)
    assert states == ["sealed", "open", "paused", "open", "closed", "closed"]
    study = Study.objects.get()
    assert study.archived_at is not None
    assert {event.actor for event in study.events.all()} == {study.created_by}


def test_a_template_gives_settings_and_what_is_sent_comes_first(
    program: Program,
) -> None:
    body = {**NEW, "template": "pilot", "redundancy": 5}

    made = program.post("studies/", body)

    assert (made["attention_checks_per_batch"], made["redundancy"]) == (1, 5)


def test_practice_questions_checks_and_ways_out_come_with_a_new_study(
    program: Program, video: Video
) -> None:
    body = {
        **NEW,
        "guidelines": "Judge by the *text*.",
        "training": [{"text": "so cute", "origin": "human", "video": video.label}],
        "questions": [{"text": "How many?", "choices": ["Five", "* Not told"]}],
        "checks": [{"text": "Please choose AI here", "expected_verdict": "ai"}],
        "ways_out": [{"kind": "completed", "code": "C1"}],
    }

    program.post("studies/", body)

    study = Study.objects.get()
    assert program.status == 201
    assert study.documents.get(kind=DocumentKind.GUIDELINES).text == body["guidelines"]
    assert study.training_items.get().video == video
    assert study.comprehension_questions.get().right_choice == 1
    assert study.attention_checks.get().expected_verdict == "ai"
    assert study.ways_out.get().code == "C1"


# --- Twice is safe ------------------------------------------------------------------


def test_the_same_key_again_makes_no_second_study(program: Program) -> None:
    program.post("studies/", NEW)

    refusal = program.post("studies/", NEW)

    assert program.status == 409
    assert "spring" in refusal["detail"]
    assert Study.objects.count() == 1


@pytest.mark.usefixtures("video")
def test_a_transition_that_was_made_changes_nothing(program: Program) -> None:
    body = {**NEW, "videos": ["tests:one"], "sources": ["gpt-4o"]}
    path = f"studies/{program.post('studies/', body)['public_id']}/"
    program.post(f"{path}seal/")
    sealed_at = Study.objects.get().sealed_at

    again = program.post(f"{path}seal/")

    assert (program.status, again["state"]) == (200, "sealed")
    assert Study.objects.get().sealed_at == sealed_at
    assert Study.objects.get().events.filter(action="sealed").count() == 1


def test_videos_sources_and_texts_sent_again_change_nothing(
    program: Program, researcher: User, video: Video
) -> None:
    study = factories.make_study(videos=0, ai_sources=0, humans=5)
    path = mine(researcher, study)

    first = [
        program.send("PUT", f"{path}sources/", {"sources": ["gpt-4o"]}),
        program.post(f"{path}videos/", {"videos": [video.label]}),
        program.send("PUT", f"{path}texts/consent/", {"text": "I agree."}),
    ]
    again = [
        program.send("PUT", f"{path}sources/", {"sources": ["gpt-4o"]}),
        program.post(f"{path}videos/", {"videos": [video.label]}),
        program.send("PUT", f"{path}texts/consent/", {"text": "I agree."}),
    ]

    assert first[1] == {
        "videos": 1,
        "sources": 1,
        "comments_added": 6,
        "comments_removed": 0,
    }
    assert (again[1]["comments_added"], again[1]["videos"]) == (0, 1)
    assert first[2] == again[2]
    assert program.get(f"{path}sources/") == [
        {"key": "gpt-4o", "title": "Gpt-4O", "is_tested": True, "videos_covered": 1}
    ]
    removed = program.post(f"{path}videos/remove/", {"videos": [video.label]})
    assert removed["videos"] == 0


# --- Files of comments --------------------------------------------------------------


def test_a_file_of_comments_is_imported_and_watched(
    program: Program, researcher: User, video: Video
) -> None:
    study = factories.make_study(videos=[video], ai_sources=0)
    path = mine(researcher, study)
    rows = f"video,source,text\n{video.label},Newcomer,what a jump\nx:9,Newcomer,no\n"

    sent = program.upload(f"{path}imports/", "file", rows.encode())
    assert (program.status, sent["state"]) == (202, "waiting")
    run_study_import(import_id=study.imports.get().pk)
    done = program.get(f"{path}imports/{sent['public_id']}/")

    assert (done["state"], done["percent"]) == ("done", 100)
    assert (done["counts"]["added"], done["counts"]["refused"]) == (1, 1)
    assert [row["line"] for row in done["refused"]] == [3]
    assert [source.key for source in study.sources.all()] == ["newcomer"]
    assert [row["state"] for row in program.get(f"{path}imports/")] == ["done"]


def test_a_file_of_another_kind_is_refused_in_words(
    program: Program, researcher: User
) -> None:
    path = mine(researcher, factories.make_study())

    problem = program.upload(f"{path}imports/", "file", b"hello")

    assert program.status == 400
    assert problem["reasons"][0].startswith("file: ")
    assert not Study.objects.get().imports.exists()


def test_an_import_that_waits_can_be_cancelled(
    program: Program, researcher: User
) -> None:
    path = mine(researcher, factories.make_study())
    sent = program.upload(f"{path}imports/", "file", b"video,source,text\nx:1,a,b\n")

    one = f"{path}imports/{sent['public_id']}/"
    assert program.post(f"{one}cancel/")["state"] == "cancelled"
    assert program.post(f"{one}restart/")["state"] == "cancelled"


def test_comments_of_another_study_of_mine_can_be_taken_and_of_no_other(
    program: Program, researcher: User, video: Video
) -> None:
    study, origin = factories.make_study(videos=[video]), factories.make_study()
    path = mine(researcher, study)

    refusal = program.post(f"{path}sources/take/", {"study": origin.key})
    assert (program.status, len(refusal["reasons"])) == (400, 1)
    mine(researcher, origin)
    assert program.post(f"{path}sources/take/", {"study": origin.key}) == {"added": 0}
    assert program.post(f"{path}fill/")["videos"] == 1


# --- People -------------------------------------------------------------------------


def test_an_invitation_link_of_the_api_lets_people_in(
    program: Program, researcher: User
) -> None:
    path = mine(researcher, factories.make_open_study())

    made = program.post(f"{path}invitations/", {"label": "Lab", "cap": 2})

    assert (program.status, made["problem"], made["cap"]) == (201, "", 2)
    assert "Study" in Client().get(made["address"]).content.decode()
    assert program.get(f"{path}invitations/") == [made]
    revoked = program.post(f"{path}invitations/{made['public_id']}/revoke/")
    assert revoked["problem"]


def test_a_crowd_link_names_its_platforms_ids(
    program: Program, researcher: User
) -> None:
    path = mine(researcher, factories.make_open_study())

    made = program.post(f"{path}invitations/", {"kind": "crowd", "cap": 60})
    refusal = program.post(f"{path}invitations/", {"kind": "crowd"})

    assert "PROLIFIC_PID={{%PROLIFIC_PID%}}" in made["address"]
    assert program.status == 400
    assert refusal["reasons"][0].startswith("cap: ")


# --- Refusals -----------------------------------------------------------------------


def test_a_seal_is_refused_with_everything_that_is_missing(
    program: Program, researcher: User
) -> None:
    study = factories.make_study()
    path = mine(researcher, study)

    refusal = program.post(f"{path}seal/")

    assert program.status == 409
    assert refusal["reasons"] == program.get(f"{path}readiness/")["reasons"]
    assert any("without a file" in reason for reason in refusal["reasons"])
    study.refresh_from_db()
    assert study.state == StudyState.DRAFT


def test_settings_change_while_a_draft_and_the_protocol_not_after(
    program: Program, researcher: User
) -> None:
    draft = mine(researcher, factories.make_study())
    sealed = mine(researcher, factories.make_open_study())

    assert program.send("PATCH", draft, {"redundancy": 4})["redundancy"] == 4
    assert program.send("PATCH", sealed, {"lease_minutes": 60})["lease_minutes"] == 60
    refusal = program.send("PATCH", sealed, {"redundancy": 4})
    assert program.status == 409
    assert "redundancy" in refusal["detail"]


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"redundancy": 0}, "redundancy"),
        ({"repeat_every": 1}, "repeat_every"),
        ({"redundency": 3}, "redundency"),
        ({"title": ""}, "title"),
        ({"language": "klingon"}, "language"),
    ],
)
def test_a_value_that_cannot_be_is_named(
    program: Program, researcher: User, change: dict[str, object], names: str
) -> None:
    path = mine(researcher, factories.make_study())

    problem = program.send("PATCH", path, change)

    assert program.status == 400
    assert [reason.split(":")[0] for reason in problem["reasons"]] == [names]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**NEW, "videos": ["tests:none"]},
        {**NEW, "videos": 5},
        {**NEW, "sources": ["nobody"]},
        {**NEW, "training": [{"text": "so cute"}]},
        {**NEW, "training": "so cute"},
        {**NEW, "questions": [{"text": "How many?", "choices": ["Five"]}]},
        {**NEW, "instrument": "none"},
        {**NEW, "template": "none"},
        [],
        "text",
    ],
)
def test_a_study_that_cannot_be_is_refused_and_nothing_is_made(
    program: Program, body: object
) -> None:
    problem = program.post("studies/", body)

    assert program.status == 400
    assert problem["reasons"]
    assert not Study.objects.exists()


def test_a_source_of_other_studies_alone_cannot_be_named(program: Program) -> None:
    factories.make_source("secret")

    program.post("studies/", {**NEW, "sources": ["secret"]})

    assert program.status == 400


def test_a_draft_is_deleted_and_a_sealed_study_is_not(
    program: Program, researcher: User
) -> None:
    draft = mine(researcher, factories.make_study())
    sealed = mine(researcher, factories.make_open_study())

    program.send("DELETE", sealed)
    assert program.status == 409
    program.send("DELETE", draft)
    assert program.status == 204
    assert Study.objects.count() == 1


def test_a_study_is_copied(program: Program, researcher: User) -> None:
    study = factories.make_open_study(videos=2)

    made = program.post(f"{mine(researcher, study)}copy/")

    assert (program.status, made["state"], made["batch_count"]) == (201, "draft", 2)


# --- Who may ------------------------------------------------------------------------

CHANGES = (
    ("POST", "studies/"),
    ("PATCH", "{study}"),
    ("DELETE", "{study}"),
    ("POST", "{study}copy/"),
    ("POST", "{study}seal/"),
    ("POST", "{study}open/"),
    ("POST", "{study}pause/"),
    ("POST", "{study}resume/"),
    ("POST", "{study}close/"),
    ("POST", "{study}archive/"),
    ("POST", "{study}unarchive/"),
    ("POST", "{study}videos/"),
    ("POST", "{study}videos/remove/"),
    ("PUT", "{study}sources/"),
    ("POST", "{study}sources/take/"),
    ("POST", "{study}fill/"),
    ("PUT", "{study}texts/consent/"),
    ("POST", "{study}invitations/"),
    ("POST", "{study}imports/"),
)


def test_who_may_change_what(researcher: User) -> None:
    study = factories.make_study()
    mine_path = mine(researcher, study)
    reader = Program(researcher, TokenScope.READ)
    shut_out = {
        "a token that reads": reader,
        "one for progress": Program(researcher, TokenScope.PROGRESS),
        "an annotator": Program(factories.make_user(Role.ANNOTATOR)),
    }
    stranger = Program(factories.make_researcher())
    let_in, found_by_strangers, told = [], [], set()

    for method, path in CHANGES:
        address = path.format(study=mine_path)
        for who, program in shut_out.items():
            refusal = program.send(method, address, {})
            if program.status != 403:
                let_in.append((who, method, path, program.status))
            elif program is reader:
                told.add(refusal["detail"][:25])
        stranger.send(method, address, {})
        if stranger.status != 404:
            found_by_strangers.append(path)

    assert let_in == []
    assert found_by_strangers == ["studies/"]
    assert told == {"This token can only read."}
    assert study.events.count() == 0


def test_changes_of_one_person_are_limited_and_reading_is_not(
    program: Program, settings: Settings
) -> None:
    settings.API_CHANGE_RATE = "2/1 hour"

    for _ in range(2):
        program.post("studies/", NEW)
    refusal = program.post("studies/", NEW)

    assert program.status == 429
    assert "seconds" in refusal["detail"]
    program.get("studies/")
    assert program.status == 200


def test_an_invitation_that_has_expired_already_is_not_made(
    program: Program, researcher: User
) -> None:
    path = mine(researcher, factories.make_open_study())
    gone = timezone.now().isoformat()

    program.post(f"{path}invitations/", {"expires_at": gone})

    assert program.status == 400


def test_every_change_in_the_description_has_a_summary_and_its_refusals(
    researcher: User,
) -> None:
    client = Client(headers={"Accept": "application/json"})
    client.force_login(researcher)

    described = client.get("/api/schema/").json()

    operations = {
        f"{method} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }
    assert [name for name, one in operations.items() if "summary" not in one] == []
    made = operations["post /api/studies/"]
    assert {"201", "400", "409"} <= {*made["responses"]}
    examples = made["requestBody"]["content"]["application/json"]["examples"]
    assert {one["value"]["template"] for one in examples.values()} == {
        "paper",
        "one-model",
    }
