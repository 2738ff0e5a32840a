"""Loading the demo, and what a visitor then finds."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import User
from analysis.selectors.database import judgments_of
from annotation.models import (
    AssignmentState,
    DocumentKind,
    Judgment,
    Membership,
    Study,
    StudyEvent,
    StudyState,
)
from annotation.selectors.studies.readiness import readiness_of
from annotation.services.judging.assignments import give_batch
from annotation.services.people.consent import agree_to_documents
from corpus.importing.importer import import_records
from corpus.models import Comment, MediaState, Source, Video, VideoMedia
from demo import material
from demo.accounts import DEMO_ACCOUNTS
from demo.clips import CLIPS
from demo.studies import DRAFT_KEY, FREE_PLACES, STUDY_KEY, WRITING_MODEL
from generation.models import RoundState
from generation.services.engines import EngineKeeper
from generation.services.shards import run_shard
from tests.generation.rounds import only_source, start
from tests.pages.reading import PageReader

# So that a test database is made when these tests run alone, too.
pytestmark = pytest.mark.django_db


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def loaded(
    request: pytest.FixtureRequest,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """The demo, loaded once for this module and taken back after it.

    An earlier load had broken off when the records were in, and nothing else was.
    """
    request.getfixturevalue("django_db_setup")
    media = tmp_path_factory.mktemp("media")
    with (
        django_db_blocker.unblock(),
        override_settings(DEMO=True, MEDIA_ROOT=media),
        _taken_back(),
    ):
        import_records(lines=material.clip_records())
        call_command("load_demo", stdout=StringIO())
        yield


@pytest.fixture
def study(loaded: None) -> Iterator[Study]:  # noqa: ARG001 - loads it
    with _taken_back():
        yield Study.objects.get(key=STUDY_KEY)


def _counts() -> list[int]:
    tables = (User, Source, Comment, VideoMedia, Study, StudyEvent, Judgment)
    return [table._default_manager.count() for table in tables]


def test_the_demo_study_is_open_and_says_that_it_is_simulated(study: Study) -> None:
    assert study.state == StudyState.OPEN
    assert study.is_simulated
    assert "simulated" in study.title


def test_every_batch_holds_29_comments_and_a_clip_that_plays(study: Study) -> None:
    readiness = readiness_of(study)

    assert readiness.batch_count == 8
    assert [source.places for source in readiness.sources] == [5, *[1] * 24]
    assert readiness.missing_count == 0
    assert readiness.unplayable_count == 0
    assert readiness.equal_text_count == 0


@pytest.mark.usefixtures("study")
def test_loading_twice_changes_nothing() -> None:
    before = _counts()

    call_command("load_demo", stdout=StringIO())

    assert _counts() == before


@pytest.mark.usefixtures("study")
def test_a_second_load_asks_one_question() -> None:
    with CaptureQueriesContext(connection) as queries:
        call_command("load_demo", stdout=StringIO())

    assert len(queries) == 1


@pytest.mark.usefixtures("study")
def test_what_a_load_that_broke_off_had_done_is_not_done_twice() -> None:
    assert Video.objects.count() == 8
    assert VideoMedia.objects.filter(state=MediaState.READY).count() == 8


@pytest.mark.usefixtures("study")
def test_only_simulated_people_have_judged_and_nobody_can_log_in_as_them() -> None:
    judges = User.objects.filter(
        memberships__assignments__state=AssignmentState.SUBMITTED
    ).distinct()

    assert judges.count() == 8
    assert all(user.is_simulated for user in judges)
    assert not any(user.has_usable_password() for user in judges)


def test_the_report_has_judgments_on_every_source_in_a_believable_order(
    study: Study,
) -> None:
    judgments = judgments_of(study)

    rates = {
        name: judgments.verdict[judgments.source == index].mean()
        for index, name in enumerate(judgments.sources)
    }
    assert len(rates) == 25
    assert rates["human"] > rates["demo-model-u"] > rates["demo-model-a"]


def test_the_times_of_the_simulation_follow_the_opening_of_the_study(
    study: Study,
) -> None:
    opened_at = study.opened_at
    assignments = [
        assignment
        for membership in study.memberships.all()
        for assignment in membership.assignments.all()
    ]

    assert opened_at is not None
    for assignment in assignments:
        assert assignment.submitted_at is not None
        assert opened_at <= assignment.started_at < assignment.submitted_at
        answers = Judgment.objects.filter(presentation__assignment=assignment)
        for judgment in answers:
            assert assignment.started_at < judgment.answered_at
            assert judgment.answered_at <= assignment.submitted_at


def test_folders_are_left_for_the_visitor(study: Study) -> None:
    membership = Membership.objects.get(study=study, user__username="annotator")
    versions = dict.fromkeys(DocumentKind, 1)
    agree_to_documents(membership=membership, versions=versions)

    assignment = give_batch(membership=membership)

    assert assignment.presentations.count() == 29
    for batch in study.batches.exclude(pk=assignment.batch_id):
        assert batch.place_count - batch.places_taken >= FREE_PLACES


@pytest.mark.usefixtures("study")
@pytest.mark.parametrize("account", DEMO_ACCOUNTS, ids=lambda account: account.role)
def test_each_demo_account_can_log_in(
    client: Client, account: tuple[str, str, str]
) -> None:
    role, username, password = account

    response = client.post(
        reverse("accounts:login"), {"username": username, "password": password}
    )

    assert response.status_code == 302
    assert User.objects.get(pk=client.session["_auth_user_id"]).role == role


@pytest.mark.usefixtures("study")
def test_the_draft_waits_for_one_model() -> None:
    draft = Study.objects.get(key=DRAFT_KEY)

    missing = {
        item.source.key: item.missing_count
        for item in readiness_of(draft).sources
        if item.missing_count
    }

    assert missing == {WRITING_MODEL: len(CLIPS)}


@pytest.mark.usefixtures("study")
def test_the_first_round_writes_what_the_draft_waits_for(
    settings: Settings, tmp_path: Path
) -> None:
    """With the weights that came with the project: nothing is fetched."""
    pytest.importorskip("torch", reason="models that write need torch")
    settings.FRAME_CACHE_ROOT = tmp_path / "frames"
    settings.CHECKPOINT_ROOT = tmp_path / "none"
    draft = Study.objects.get(key=DRAFT_KEY)
    first_round = start(draft, [WRITING_MODEL])

    with closing(EngineKeeper()) as keeper:
        row = only_source(first_round)
        run_shard(round_source_id=row.pk, worker="tests@here", keeper=keeper)

    first_round.refresh_from_db()
    assert first_round.state == RoundState.DONE
    written = Comment.objects.filter(source__key=WRITING_MODEL)
    assert written.count() == len(CLIPS)
    assert len({comment.text for comment in written}) > len(CLIPS) / 2
    assert not [s for s in readiness_of(draft).sources if s.missing_count]


# Pages with fractions: pace, seconds, rates, a form's numbers, pictures of numbers.
_WITH_FRACTIONS = ("", "people/", "settings/", "plan/", "report/", "artefacts/")


def test_a_decimal_comma_is_for_people_alone(
    study: Study, client: Client, settings: Settings
) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("de", "Deutsch")]
    client.force_login(User.objects.get(username="admin"))
    root = reverse("annotation:study", args=[study.public_id])
    video = reverse("corpus:video", args=[study.batches.earliest("pk").video_id])
    selection = reverse("corpus:selection")

    with_comma = []
    for path in (*(root + page for page in _WITH_FRACTIONS), video, selection):
        pages = {}
        for code in ("en", "de"):
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = code
            response = client.get(path)
            assert response.status_code == 200, path
            pages[code] = PageReader(response.content.decode())
        if re.search(r"\d,\d\b", " ".join(pages["de"].texts)):
            with_comma.append(path)
        differing = set(pages["de"].machinery) ^ set(pages["en"].machinery)
        assert {value for value in differing if re.search(r"\d", value)} == set()

    assert with_comma
