"""Importing a table by page: uploaded, its columns named, run by a worker."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from corpus.importing.record_imports import run_import
from corpus.models import ColumnMapping, Comment, CorpusImport, UploadedTable, Video

pytestmark = pytest.mark.django_db

TABLE = (
    "Video URL,Video Title,Comment Text,Comment Likes,Note\n"
    "https://www.tiktok.com/@a/video/73012,Jump,so high,1.2K,x\n"
    "https://www.tiktok.com/@a/video/73012,Jump,wow,3,<b>\n"
)
CHOSEN = {
    "column_url": "Video URL",
    "column_title": "Video Title",
    "column_comment_text": "Comment Text",
    "column_comment_likes": "Comment Likes",
    "licence": "platform terms, research use",
    "consent": "ethics board, no. 12",
}


@pytest.fixture(autouse=True)
def _files_go_elsewhere(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


def upload(admin: Client, content: str = TABLE) -> str:
    """Send a table; the address of the page about its columns."""
    file = SimpleUploadedFile("export.csv", content.encode())
    response = admin.post(reverse("corpus:table_upload"), {"file": file})
    assert response.status_code == 303
    return response["Location"]


def test_a_table_is_previewed_with_guessed_columns(admin: Client) -> None:
    page = admin.get(upload(admin)).content.decode()

    assert "so high" in page
    assert "&lt;b&gt;" in page
    assert '<option value="Comment Text" selected>' in page
    assert '<option value="Note" selected>' not in page
    assert "Guessed from their names" in page


def test_the_table_is_imported_as_its_columns_say(
    admin: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    page = upload(admin)

    with django_capture_on_commit_callbacks() as queued:
        response = admin.post(page, CHOSEN)
    run_import(import_id=CorpusImport.objects.get().pk, queue_media=lambda _: None)

    report = admin.get(response["Location"]).content.decode()
    video = Video.objects.get()
    assert len(queued) == 1
    assert "export.csv" in report
    assert "Done" in report
    assert (video.label, video.title) == ("tiktok:73012", "Jump")
    assert video.extra["license"] == CHOSEN["licence"]
    assert video.extra["consent"] == CHOSEN["consent"]
    assert {c.text: c.like_count for c in Comment.objects.all()} == {
        "so high": 1_200,
        "wow": 3,
    }
    assert not UploadedTable.objects.exists()
    assert admin.get(page).status_code == 404


def test_saved_columns_are_used_again(admin: Client) -> None:
    admin.post(upload(admin), {**CHOSEN, "preset": "My tool", "column_topic": "Note"})

    again = upload(admin)
    page = admin.get(again, {"preset": "My tool"}).content.decode()

    assert ColumnMapping.objects.get().columns["topic"] == "Note"
    assert '<option value="Note" selected>' in page
    assert "Chosen as in My tool" in page
    assert "Guessed" in admin.get(again).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"licence": ""}, "This field is required"),
        ({"column_url": ""}, "Choose the column that names the video"),
        ({"column_url": "Nowhere"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_imported(
    admin: Client, change: dict[str, str], words: str
) -> None:
    response = admin.post(upload(admin), {**CHOSEN, **change})

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not CorpusImport.objects.exists()


def test_another_kind_of_file_is_refused(admin: Client) -> None:
    file = SimpleUploadedFile("export.xlsx", b"PK\x03\x04\xff\xfe")

    response = admin.post(reverse("corpus:table_upload"), {"file": file})

    assert response.status_code == 422
    assert "Save it as CSV in UTF-8" in response.content.decode()
    assert not UploadedTable.objects.exists()


def test_a_second_upload_takes_the_place_of_one_that_was_left(admin: Client) -> None:
    first = upload(admin)
    second = upload(admin)

    assert UploadedTable.objects.count() == 1
    assert admin.get(first).status_code == 404
    assert admin.get(second).status_code == 200


def test_tables_are_for_admins_alone(admin: Client, researcher: Client) -> None:
    page = upload(admin)

    assert researcher.get(reverse("corpus:table_upload")).status_code == 403
    assert researcher.get(page).status_code == 403
    listed = researcher.get(reverse("corpus:imports")).content.decode()
    assert reverse("corpus:table_upload") not in listed
    assert (
        reverse("corpus:table_upload")
        in admin.get(reverse("corpus:imports")).content.decode()
    )
