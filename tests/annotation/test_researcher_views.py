"""Researchers' pages over HTTP: who gets in, what they show, what they change."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import (
    DjangoAssertNumQueries,
    DjangoCaptureOnCommitCallbacks,
    Settings,
)

from accounts.models import Role, User
from annotation.models import (
    Assignment,
    AssignmentState,
    DocumentKind,
    Invitation,
    InvitationKind,
    Membership,
    MembershipRole,
    Study,
    StudyState,
    TrainingItem,
)
from annotation.services.assignments import give_batch
from annotation.services.batches import choose_videos
from annotation.services.study_imports import run_study_import
from annotation.urls_studies import urlpatterns
from corpus.importing.uploads import errors_path, import_folder
from corpus.models import Comment, Origin, Source, VideoSelection
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher() -> User:
    return factories.make_researcher()


@pytest.fixture
def web(researcher: User) -> Client:
    """A browser of a researcher who is logged in."""
    client = Client()
    client.force_login(researcher)
    return client


@pytest.fixture
def study(researcher: User) -> Study:
    """A draft of the researcher's that could be sealed."""
    videos = [factories.make_media(factories.make_video()).video for _ in range(2)]
    study = factories.make_study(videos=videos)
    factories.join(study, researcher, MembershipRole.RESEARCHER)
    for kind in DocumentKind:
        factories.make_document(study, kind)
    return study


def address(name: str, study: Study, *args: object) -> str:
    return reverse(name, args=[study.public_id, *args])


def addresses_of(study: Study) -> Iterator[str]:
    """Every address of the study's pages, with fitting arguments."""
    annotator = factories.join(study)
    invitation = Invitation.objects.create(study=study)
    study_import = study.imports.create(file_name="a.csv", has_errors_file=True)
    import_folder(study_import).mkdir(parents=True)
    errors_path(study_import).write_text(
        '{"line": 2, "code": "missing", "reason": "text is missing"}\n'
    )
    arguments: dict[str, object] = {
        "study_id": study.public_id,
        "code": annotator.code,
        "username": "nobody",
        "invitation_id": invitation.public_id,
        "import_id": study_import.public_id,
        "kind": "guidelines",
        "version": 1,
    }
    for pattern in urlpatterns:
        names = pattern.pattern.converters
        if "study_id" in names:
            yield reverse(
                pattern.name, kwargs={name: arguments[name] for name in names}
            )


# --- Who gets in --------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.RESEARCHER])
def test_every_page_of_a_study_is_closed_to_who_is_no_researcher_of_it(
    client: Client, study: Study, role: Role
) -> None:
    client.force_login(factories.make_user(role))

    answers = {
        (url, method): getattr(client, method)(url).status_code
        for url in addresses_of(study)
        for method in ("get", "post")
    }

    expected = {403} if role == Role.ANNOTATOR else {404, 405}
    assert {*answers.values()} <= expected | {405}
    assert not {url for (url, _), code in answers.items() if code < 400}


def test_an_annotator_of_the_study_sees_none_of_its_pages(
    client: Client, study: Study
) -> None:
    membership = factories.join(study)
    assert membership.user is not None
    client.force_login(membership.user)

    codes = {client.get(url).status_code for url in addresses_of(study)}

    assert codes <= {403, 405}
    assert client.get(reverse("study_list")).status_code == 403
    assert client.get(reverse("study_create")).status_code == 403


def test_who_is_not_logged_in_is_sent_to_the_login(
    client: Client, study: Study
) -> None:
    response = client.get(address("study", study))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:login"))


def test_an_admin_sees_every_study(client: Client, study: Study) -> None:
    client.force_login(factories.make_admin())

    assert client.get(address("study", study)).status_code == 200
    assert study.title in client.get(reverse("study_list")).content.decode()


@pytest.mark.parametrize(
    "state", [StudyState.DRAFT, StudyState.OPEN, StudyState.CLOSED]
)
def test_every_page_shows_in_every_state(
    web: Client, study: Study, state: StudyState
) -> None:
    if state != StudyState.DRAFT:
        factories.open_study(study)
        Study.objects.filter(pk=study.pk).update(state=state)

    for url in addresses_of(study):
        response = web.get(url)
        assert response.status_code in (200, 404, 405), url
        if response.status_code == 200 and "csv" not in url:
            text = response.content.decode()
            is_fragment = "<!DOCTYPE html>" not in text
            assert is_fragment or (text.count("<h1") == 1 and "<title>" in text), url


def test_a_study_without_anything_shows_every_page(web: Client) -> None:
    web.post(reverse("study_create"), {"title": "Bare", **SETTINGS})
    bare = Study.objects.get()

    for url in addresses_of(bare):
        assert web.get(url).status_code in (200, 404, 405), url


# --- List and new -------------------------------------------------------------------

SETTINGS = {
    "human_comment_count": "5",
    "redundancy": "3",
    "required_play_percent": "0",
    "attention_checks_per_batch": "0",
    "repeat_every": "0",
    "lease_minutes": "120",
    "break_after_minutes": "60",
}


def test_the_list_is_empty_in_words(web: Client) -> None:
    assert "There is no study yet" in web.get(reverse("study_list")).content.decode()


@pytest.mark.parametrize("studies", [1, 5])
def test_the_list_costs_the_same_number_of_queries_however_long(
    web: Client,
    researcher: User,
    studies: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(studies):
        factories.join(
            factories.make_open_study(), researcher, MembershipRole.RESEARCHER
        )

    with django_assert_num_queries(3):  # session, person, studies
        web.get(reverse("study_list"))


def test_a_study_is_made_with_a_title_alone(web: Client, researcher: User) -> None:
    response = web.post(reverse("study_create"), {"title": "Über Katzen", **SETTINGS})

    study = Study.objects.get()
    assert response.status_code == 303
    assert response["Location"] == address("study", study)
    assert (study.key, study.redundancy) == ("uber-katzen", 3)
    assert study.memberships.get().user == researcher


def test_a_study_is_made_with_all_at_once(web: Client) -> None:
    selected, listed = factories.make_video(), factories.make_video()
    selection = VideoSelection.objects.create(key="best", title="Best")
    selection.videos.add(selected)
    source = factories.make_source("writer")

    web.post(
        reverse("study_create"),
        {
            "title": "Whole",
            "key": "whole",
            "selection": "best",
            "video_list": f"\n{listed.platform}:{listed.external_id}\n",
            "sources": [source.key],
            "guidelines": "# Look",
            "consent": "# Agree",
            **SETTINGS,
            "human_comment_count": "2",
        },
    )

    study = Study.objects.get(key="whole")
    assert {batch.video for batch in study.batches.all()} == {selected, listed}
    assert [*study.sources.all()] == [source]
    assert {document.text for document in study.documents.all()} == {
        "# Look",
        "# Agree",
    }
    assert study.human_comment_count == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "This field is required"),
        ({"redundancy": "0"}, "greater than or equal to 1"),
        ({"repeat_every": "1"}, "every batch would be a repeat"),
        ({"batches_per_annotator": "0"}, "nobody would judge"),
        ({"video_list": "youtube:gone"}, "Line 1: there is no video youtube:gone."),
        ({"selection": "gone"}, "There is no selection of this name."),
        ({"key": "not a key"}, "Enter a valid"),
    ],
)
def test_a_new_study_with_something_wrong_says_so_and_is_not_made(
    web: Client, wrong: dict[str, str], words: str
) -> None:
    response = web.post(
        reverse("study_create"), {"title": "Wrong", **SETTINGS, **wrong}
    )

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Study.objects.exists()


# --- Settings and content -----------------------------------------------------------


def test_settings_of_a_draft_are_saved(web: Client, study: Study) -> None:
    data = {"title": "New", "key": study.key, **SETTINGS, "redundancy": "5"}

    response = web.post(address("study_settings", study), data)

    study.refresh_from_db()
    assert response.status_code == 303
    assert (study.title, study.redundancy) == ("New", 5)


def test_what_the_seal_fixed_cannot_be_sent_past_the_form(
    web: Client, study: Study
) -> None:
    factories.open_study(study)
    data = {"title": "New", "key": "other", **SETTINGS, "redundancy": "5"}

    web.post(address("study_settings", study), data)

    study.refresh_from_db()
    assert (study.title, study.redundancy) == ("New", 3)


def test_videos_are_searched_for_and_added_by_hand(web: Client, study: Study) -> None:
    video = factories.make_video(title="A cat on the piano")

    page = web.get(address("study_videos", study), {"q": "piano CAT"})
    web.post(address("study_videos_add", study), {"videos": [video.pk]})

    assert "A cat on the piano" in page.content.decode()
    assert study.batches.filter(video=video).exists()


def test_ticked_videos_are_taken_out(web: Client, study: Study) -> None:
    video = study.batches.all()[0].video

    web.post(address("study_videos_remove", study), {"videos": [video.pk]})

    assert study.batches.count() == 1
    assert not study.batches.filter(video=video).exists()


def test_nothing_ticked_is_said(web: Client, study: Study) -> None:
    response = web.post(address("study_videos_add", study), {})

    assert response.status_code == 422
    assert "Tick at least one video" in response.content.decode()


def test_sources_are_chosen(web: Client, study: Study) -> None:
    source = factories.make_source()

    web.post(address("study_sources", study), {"sources": [source.key]})

    assert [*study.sources.all()] == [source]


def test_a_text_gets_a_new_version_and_the_old_one_stays_readable(
    web: Client, study: Study
) -> None:
    web.post(
        address("study_text_edit", study, "guidelines"), {"text": "Judge **hard**."}
    )

    newest = web.get(address("study_texts", study)).content.decode()
    old = web.get(address("study_text_version", study, "guidelines", 1))
    assert "<strong>hard</strong>" in newest
    assert "<em>text</em>" in old.content.decode()


def test_the_preview_shows_markdown_and_no_script(web: Client, study: Study) -> None:
    response = web.post(
        address("study_text_preview", study), {"text": "*so* <script>alert(1)</script>"}
    )

    text = response.content.decode()
    assert "<em>so</em>" in text
    assert "<script>" not in text
    assert study.documents.count() == 2


@pytest.mark.parametrize("kind", ["", "nonsense"])
def test_a_text_of_an_unknown_kind_is_not_there(
    web: Client, study: Study, kind: str
) -> None:
    url = address("study_texts", study) + f"{kind or 'none'}/"

    assert web.post(url, {"text": "?"}).status_code == 404


def test_training_is_written_changed_and_taken_out(web: Client, study: Study) -> None:
    TrainingItem.objects.create(
        study=study, position=1, text="old words", origin=Origin.HUMAN
    )
    TrainingItem.objects.create(
        study=study, position=2, text="goes away", origin=Origin.HUMAN
    )
    rows = [
        {"text": "changed words", "origin": "ai"},
        {"text": "goes away", "origin": "human", "DELETE": "on"},
        {"text": "new words", "origin": "human", "feedback": "Short."},
        {"text": "", "origin": "", "feedback": ""},
    ]

    response = web.post(
        address("study_preparation", study),
        {"part": "training", **formset("training", rows, initial=2)},
    )

    assert response.status_code == 303
    items = study.training_items.values_list("position", "text", "origin")
    assert [*items] == [(1, "changed words", "ai"), (2, "new words", "human")]


def formset(
    prefix: str, rows: list[dict[str, str]], *, initial: int = 0
) -> dict[str, object]:
    """What a browser sends for a form set."""
    fields: dict[str, object] = {
        f"{prefix}-TOTAL_FORMS": len(rows),
        f"{prefix}-INITIAL_FORMS": initial,
    }
    for number, row in enumerate(rows):
        fields |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return fields


def test_questions_are_written_with_a_star_before_the_right_choice(
    web: Client, study: Study
) -> None:
    rows = [{"text": "How many?", "answers": "One\n* Two\n\nThree"}]

    web.post(
        address("study_preparation", study),
        {"part": "questions", **formset("questions", rows)},
    )

    question = study.comprehension_questions.get()
    assert (question.choices, question.right_choice) == (["One", "Two", "Three"], 1)


@pytest.mark.parametrize(
    ("part", "row", "words"),
    [
        ("questions", {"text": "?", "answers": "* One"}, "at least two choices"),
        ("questions", {"text": "?", "answers": "One\nTwo"}, "Put a star"),
        ("questions", {"text": "?", "answers": "* One\n* Two"}, "Put a star"),
        ("checks", {"text": "Choose AI"}, "Say which verdict or score is right"),
        ("checks", {"text": "Choose 6", "expected_score": "6"}, "less than or equal"),
        ("training", {"text": "Who?", "origin": "cat"}, "Select a valid choice"),
    ],
)
def test_a_wrong_row_of_the_preparation_is_said_and_nothing_changes(
    web: Client, study: Study, part: str, row: dict[str, str], words: str
) -> None:
    response = web.post(
        address("study_preparation", study), {"part": part, **formset(part, [row])}
    )

    assert response.status_code == 422
    assert words in response.content.decode()


# --- Readiness and import -----------------------------------------------------------


def upload(content: str, **fields: str) -> dict[str, object]:
    file = SimpleUploadedFile("comments.csv", content.encode())
    return {"file": file, **fields}


def import_file(web: Client, study: Study, content: str, **fields: str) -> str:
    """Upload a file and let its import run; the address of its page."""
    response = web.post(address("study_comments", study), upload(content, **fields))
    assert response.status_code == 303
    run_study_import(import_id=study.imports.latest("pk").pk)
    return response["Location"]


def test_an_upload_is_queued_and_its_page_asks_how_far_it_is(
    web: Client,
    study: Study,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as queued:
        response = web.post(
            address("study_comments", study), upload("video,source,text\nx:1,a,b\n")
        )

    page = web.get(response["Location"]).content.decode()
    fragment = web.get(response["Location"], headers={"HX-Request": "true"})
    assert len(queued) == 1
    assert "Waiting: 0 % read" in page
    assert 'hx-trigger="every 1s"' in page
    assert fragment.content.decode().strip().startswith('<section id="import"')


def test_a_script_that_uploads_gets_the_form_back_or_is_sent_on(
    web: Client, study: Study
) -> None:
    headers = {"HX-Request": "true"}
    where = address("study_comments", study)

    refused = web.post(where, upload("hello"), headers=headers)
    taken = web.post(where, upload("video,source,text\nx:1,a,b\n"), headers=headers)

    assert refused.status_code == 422
    assert refused.content.decode().strip().startswith('<form id="upload"')
    assert taken["HX-Redirect"].startswith(where)


def test_an_upload_makes_sources_fills_batches_and_reports(
    web: Client, study: Study
) -> None:
    video = study.batches.all()[0].video
    content = (
        "video,source,text\n"
        f"{video.platform}:{video.external_id},Newcomer,what a jump\n"
        f"{video.platform}:gone,Newcomer,which one\n"
    )

    page = import_file(web, study, content, create_sources="on", add_sources="on")

    report = web.get(page).content.decode()
    source = Source.objects.get(key="newcomer")
    assert source in study.sources.all()
    held = study.batches.get(video=video).batch_comments.get(source=source)
    assert held.comment.text == "what a jump"
    assert "no video tests:gone in the corpus" in report
    assert "hx-trigger" not in report


def test_the_refused_rows_of_an_upload_come_as_csv(web: Client, study: Study) -> None:
    page = import_file(web, study, "video,source,text\n" + "x:1,a\n" * 60)

    response = web.get(page + "refused.csv")

    table = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    head, *rows = table.splitlines()
    assert head == "line,code,reason"
    assert len(rows) == 60
    assert rows[0].startswith("2,bad_csv,")


def test_an_import_that_refused_nothing_has_no_such_file(
    web: Client, study: Study
) -> None:
    page = import_file(web, study, "video,source,text\n")

    assert web.get(page + "refused.csv").status_code == 404


def test_a_check_of_a_file_stores_no_comment(web: Client, study: Study) -> None:
    before = Comment.objects.count()
    video = study.batches.all()[0].video
    row = f"{video.platform}:{video.external_id},Newcomer,what a jump"

    page = import_file(
        web,
        study,
        f"video,source,text\n{row}\n",
        create_sources="on",
        dry_run="on",
    )

    assert "Nothing was stored" in web.get(page).content.decode()
    assert Comment.objects.count() == before
    assert not Source.objects.filter(key="newcomer").exists()


def test_an_import_that_failed_says_so_and_can_be_started_again(
    web: Client,
    study: Study,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    page = import_file(web, study, "video,source,text\n")
    study.imports.update(state="failed", error="The disk is full.")
    shown = web.get(page).content.decode()

    with django_capture_on_commit_callbacks() as queued:
        web.post(page + "restart/")

    assert "The disk is full." in shown
    assert "Nothing of the file was stored" in shown
    assert "Start again" in shown
    assert len(queued) == 1
    assert study.imports.get().state == "waiting"


@pytest.mark.parametrize(
    ("content", "words"),
    [("PK\x03\x04", "spreadsheet"), ("hello", "must name the columns")],
)
def test_a_file_of_another_kind_is_refused_in_the_form(
    web: Client, study: Study, content: str, words: str
) -> None:
    response = web.post(address("study_comments", study), upload(content))

    assert response.status_code == 422
    assert words in response.content.decode()


def test_a_file_that_is_too_large_is_refused_with_the_limit(
    web: Client, study: Study, settings: Settings
) -> None:
    settings.UPLOAD_MAX_BYTES = 10

    response = web.post(address("study_comments", study), upload("video,source,text\n"))

    assert response.status_code == 422
    assert "10\xa0bytes are the most" in response.content.decode()


def test_the_matrix_names_what_is_missing(web: Client, study: Study) -> None:
    batch = study.batches.select_related("video").all()[0]
    batch.batch_comments.filter(source__origin=Origin.AI)[:1].get().delete()

    page = web.get(address("study_readiness", study), {"missing": "1"})

    text = page.content.decode()
    assert batch.video.title in text
    assert study.batches.exclude(pk=batch.pk).get().video.title not in text
    assert text.count('data-is="missing"') == 2  # in the row and in its column's total


def test_warnings_come_as_a_fragment_to_htmx_and_as_a_page_otherwise(
    web: Client, study: Study
) -> None:
    url = address("study_warnings", study)

    fragment = web.get(url, headers={"hx-request": "true"}).content.decode()
    page = web.get(url).content.decode()

    assert "<html" not in fragment
    assert fragment.strip().startswith('<section id="warnings"')
    assert "<html" in page


def test_ineligible_videos_are_listed_and_taken_out_with_one_button(
    web: Client, study: Study
) -> None:
    bare = factories.make_video(title="Without a file")
    choose_videos(study=study, add=[bare.pk])

    page = web.get(address("study_readiness", study)).content.decode()
    web.post(address("study_drop_ineligible", study))

    assert "Without a file</a>: usable comments of people: 0 of 2" in page
    assert study.batches.count() == 2
    assert not study.batches.filter(video=bare).exists()


def test_filling_again_is_one_button(web: Client, study: Study) -> None:
    source = study.sources.all()[0]
    batch = study.batches.all()[0]
    newer = factories.make_comment(batch.video, source, "a newer one")

    web.post(address("study_fill", study))

    assert batch.batch_comments.get(source=source).comment == newer


# --- Steps --------------------------------------------------------------------------


def test_a_study_goes_all_the_way_by_its_pages(web: Client, study: Study) -> None:
    states = []
    for step in ("seal", "open", "pause", "resume", "close"):
        assert web.get(address(f"study_{step}", study)).status_code == 200
        assert web.post(address(f"study_{step}", study)).status_code == 303
        study.refresh_from_db()
        states.append(study.state)

    assert states == ["sealed", "open", "paused", "open", "closed"]


def test_a_step_that_is_not_possible_says_why_and_offers_no_button(
    web: Client, study: Study
) -> None:
    study.batches.all()[0].batch_comments.all().delete()

    asked = web.get(address("study_seal", study)).content.decode()
    taken = web.post(address("study_seal", study))

    assert "comments missing" in asked
    assert "Seal for good" not in asked
    assert taken.status_code == 409
    assert "comments missing" in taken.content.decode()


def test_a_draft_is_deleted_only_when_its_key_is_typed(
    web: Client, study: Study
) -> None:
    url = address("study_delete", study)

    wrong = web.post(url, {"key": "something"})
    assert wrong.status_code == 422
    assert Study.objects.filter(pk=study.pk).exists()

    right = web.post(url, {"key": study.key})
    assert right.status_code == 303
    assert not Study.objects.filter(pk=study.pk).exists()


def test_a_copy_is_one_button_away(web: Client, study: Study) -> None:
    response = web.post(address("study_copy", study))

    draft = Study.objects.exclude(pk=study.pk).get()
    assert response["Location"] == address("study_settings", draft)


# --- Progress -----------------------------------------------------------------------


def submit(membership: Membership, *, minutes: int) -> Assignment:
    """An assignment, submitted after so many minutes, by its row alone."""
    assignment = give_batch(membership=membership)
    assignment.state = AssignmentState.SUBMITTED
    assignment.submitted_at = assignment.started_at + timedelta(minutes=minutes)
    assignment.save()
    return assignment


def test_the_live_part_counts_what_is_done(web: Client, researcher: User) -> None:
    study = factories.make_open_study(videos=2, redundancy=2, opened_at=timezone.now())
    factories.join(study, researcher, MembershipRole.RESEARCHER)
    first, second = factories.join(study), factories.join(study)
    submit(first, minutes=4)
    submit(first, minutes=8)
    give_batch(membership=second)

    text = web.get(address("study_live", study)).content.decode()

    words = " ".join(text.split())
    assert "2 <span>of 4</span>" in words  # submitted
    assert "8 <span>of 16</span>" in words  # judgments
    assert "6 min" in words  # median of 4 and 8
    assert first.code in words


def test_the_page_asks_again_while_the_study_runs_and_stops_when_it_is_closed(
    web: Client, researcher: User
) -> None:
    study = factories.make_open_study()
    factories.join(study, researcher, MembershipRole.RESEARCHER)

    running = web.get(address("study_live", study)).content.decode()
    Study.objects.update(state=StudyState.CLOSED)
    closed = web.get(address("study_live", study)).content.decode()

    assert 'hx-trigger="every 5s"' in running
    assert "hx-get" not in closed


@pytest.mark.parametrize("annotators", [1, 4])
def test_the_live_part_costs_the_same_number_of_queries_however_many_annotators(
    web: Client,
    researcher: User,
    annotators: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    study = factories.make_open_study(videos=4, redundancy=4)
    factories.join(study, researcher, MembershipRole.RESEARCHER)
    for _ in range(annotators):
        submit(factories.join(study), minutes=5)

    with django_assert_num_queries(12):
        web.get(address("study_live", study))


# --- People -------------------------------------------------------------------------


def test_annotators_with_a_login_are_added_by_name(web: Client, study: Study) -> None:
    people = [factories.make_user(), factories.make_user()]
    names = ", ".join(user.username for user in people)

    web.post(address("study_add_annotators", study), {"annotators-usernames": names})

    members = study.memberships.filter(role=MembershipRole.ANNOTATOR)
    assert {member.user for member in members} == {*people}


def test_one_wrong_name_adds_nobody(web: Client, study: Study) -> None:
    good, researcher = factories.make_user(), factories.make_researcher()

    unknown = web.post(
        address("study_add_annotators", study),
        {"annotators-usernames": f"{good.username} nobody"},
    )
    forbidden = web.post(
        address("study_add_annotators", study),
        {"annotators-usernames": f"{good.username} {researcher.username}"},
    )

    assert (unknown.status_code, forbidden.status_code) == (422, 422)
    assert "There is no login nobody" in unknown.content.decode()
    assert "never judges" in forbidden.content.decode()
    assert not study.memberships.filter(role=MembershipRole.ANNOTATOR).exists()


def test_researchers_are_added_and_taken_out(web: Client, study: Study) -> None:
    other = factories.make_researcher()

    web.post(
        address("study_add_researchers", study),
        {"researchers-usernames": other.username},
    )
    assert study.memberships.filter(user=other).exists()

    web.post(address("study_remove_researcher", study, other.username))
    assert not study.memberships.filter(user=other).exists()


def test_an_annotator_is_excluded_with_a_reason_and_included_again(
    web: Client, study: Study
) -> None:
    membership = factories.join(study)
    url = address("study_exclude", study, membership.code)

    assert web.post(url, {"reason": " "}).status_code == 422
    web.post(url, {"reason": "one answer throughout"})
    people = web.get(address("study_people", study)).content.decode()
    assert "one answer throughout" in people

    web.post(address("study_include", study, membership.code))
    membership.refresh_from_db()
    assert membership.excluded_at is None


def test_a_forgotten_annotator_is_a_code_alone(web: Client, study: Study) -> None:
    study.documents.all().delete()
    factories.open_study(study)
    membership = factories.join(study, participant_id="5f1e2d")
    submit(membership, minutes=3)

    web.post(address("study_forget", study, membership.code))

    membership.refresh_from_db()
    assert (membership.user, membership.participant_id) == (None, "")
    assert membership.assignments.count() == 1
    people = web.get(address("study_people", study)).content.decode()
    assert membership.code in people


def test_a_participants_id_is_shown_to_nobody(web: Client, study: Study) -> None:
    factories.join(study, participant_id="5f1e2d3c")

    seen = [web.get(url).getvalue().decode() for url in addresses_of(study)]

    assert not any("5f1e2d3c" in text for text in seen)


# --- Invitations --------------------------------------------------------------------


def test_a_link_is_made_shown_and_withdrawn(web: Client, study: Study) -> None:
    url = address("study_invitations", study)
    web.post(url, {"kind": "link", "label": "Class", "cap": "20"})
    invitation = study.invitations.get()

    page = web.get(url).content.decode()
    web.post(address("study_revoke", study, invitation.public_id))

    assert "http://testserver/join/" in page
    assert "/join/" not in web.get(url).content.decode()
    invitation.refresh_from_db()
    assert (invitation.cap, invitation.revoked_at is None) == (20, False)


def test_a_crowd_link_leaves_a_place_for_the_participants_id(
    web: Client, study: Study
) -> None:
    url = address("study_invitations", study)
    web.post(url, {"kind": "crowd", "participant_parameter": "PROLIFIC_PID"})

    page = web.get(url).content.decode()

    assert "?PROLIFIC_PID={{%PROLIFIC_PID%}}" in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"cap": "0"}, "nobody comes in"),
        ({"expires_at": "2020-01-01T00:00"}, "This time is past"),
        ({"kind": "crowd", "participant_parameter": ""}, "Say which parameter"),
        ({"kind": "crowd", "participant_parameter": "a&b"}, "Letters, digits"),
    ],
)
def test_a_link_that_cannot_work_is_not_made(
    web: Client, study: Study, wrong: dict[str, str], words: str
) -> None:
    response = web.post(
        address("study_invitations", study),
        {"kind": "link", "participant_parameter": "PROLIFIC_PID", **wrong},
    )

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not study.invitations.exists()


def test_a_link_of_another_study_is_not_withdrawn_here(
    web: Client, study: Study
) -> None:
    other = Invitation.objects.create(
        study=factories.make_study(), kind=InvitationKind.LINK
    )

    assert web.post(address("study_revoke", study, other.public_id)).status_code == 404


# --- Log ----------------------------------------------------------------------------


def test_the_log_says_what_changed_in_words(web: Client, study: Study) -> None:
    data = {"title": study.title, "key": study.key, **SETTINGS, "redundancy": "5"}
    web.post(address("study_settings", study), data)

    page = web.get(address("study_log", study)).content.decode()

    assert "Settings changed" in page
    assert "redundancy 3 → 5" in page
