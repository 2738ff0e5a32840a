"""AI comments uploaded from a file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import (
    DjangoCaptureOnCommitCallbacks,
    Settings,
)

from annotation.models import (
    Study,
)
from annotation.services.imports.study_imports import run_study_import
from corpus.models import Comment, Source
from tests.annotation.views.pages import address

pytestmark = pytest.mark.django_db


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
    assert "Waiting" in page
    assert "0 % of the file read" in page
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
    assert "the corpus has no video tests:gone" in report
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

    assert "nothing was stored" in web.get(page).content.decode()
    assert Comment.objects.count() == before
    assert not Source.objects.filter(key="newcomer").exists()


def test_a_file_that_was_checked_is_imported_without_a_second_upload(
    web: Client, study: Study
) -> None:
    video = study.batches.all()[0].video
    row = f"{video.platform}:{video.external_id},Newcomer,what a jump"
    check = import_file(
        web,
        study,
        f"video,source,text\n{row}\n",
        create_sources="on",
        add_sources="on",
        dry_run="on",
    )
    assert "Import this file" in web.get(check).content.decode()

    response = web.post(check + "store/")
    run_study_import(import_id=study.imports.latest("pk").pk)

    held = study.batches.get(video=video).batch_comments
    assert held.get(source__key="newcomer").comment.text == "what a jump"
    assert "Done" in web.get(response["Location"]).content.decode()
    assert "Import this file" not in web.get(check).content.decode()
    again = web.post(check + "store/", follow=True).content.decode()
    assert "Upload it again" in again
    assert study.imports.count() == 2


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
    assert "Nothing from the file was stored" in shown
    assert "Restart" in shown
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
    assert "the maximum is 10\xa0bytes" in response.content.decode()
