"""What admins may bring in, and what is refused at once."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from corpus.importing.record_imports import run_import
from corpus.models import CorpusImport
from corpus.records import record_line
from tests.corpus.importing.runs import record
from tests.corpus.pages.showing import HTMX, page

pytestmark = pytest.mark.django_db


class TestUpload:
    def post(self, admin: Client, records: bytes, **files: object) -> object:
        upload = SimpleUploadedFile("../my.jsonl", records)
        return admin.post(reverse("corpus:import_upload"), {"records": upload, **files})

    def test_an_upload_is_queued_and_shown(
        self,
        admin: Client,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        with django_capture_on_commit_callbacks() as queued:
            response = self.post(admin, record_line(record()).encode())

        corpus_import = CorpusImport.objects.get()
        assert corpus_import.file_name == "my.jsonl"
        assert response["Location"] == reverse(  # type: ignore[index]
            "corpus:import", args=[corpus_import.public_id]
        )
        assert len(queued) == 1
        assert "every 1s" in page(admin, "corpus:import", corpus_import.public_id)

    @pytest.mark.parametrize(
        "content", [b"\x89PNG\r\n", b"[1, 2]", b"a,b\n1,2", b"\x1f\x8bnot gzip", b" "]
    )
    def test_what_are_no_records_is_refused(
        self, admin: Client, content: bytes
    ) -> None:
        response = self.post(admin, content)

        assert response.status_code == 422  # type: ignore[attr-defined]
        assert not CorpusImport.objects.exists()

    def test_an_archive_must_be_one(self, admin: Client) -> None:
        clips = SimpleUploadedFile("clips.zip", b"no zip")

        response = self.post(admin, record_line(record()).encode(), clips=clips)

        assert response.status_code == 422  # type: ignore[attr-defined]
        assert b"not a zip file" in response.content  # type: ignore[attr-defined]

    def test_clips_on_the_server_need_no_upload(
        self, admin: Client, tmp_path: Path, settings: Settings
    ) -> None:
        settings.IMPORT_ROOT = tmp_path
        (tmp_path / "big <clips>").mkdir()
        shown = page(admin, "corpus:imports")
        line = record_line(record()).encode()

        outside = self.post(admin, line, clips_folder="..")
        taken = self.post(admin, line, clips_folder="big <clips>")

        assert "It contains: big &lt;clips&gt;." in shown
        assert outside.status_code == 422  # type: ignore[attr-defined]
        assert b"no folder .." in outside.content  # type: ignore[attr-defined]
        assert taken.status_code == 303  # type: ignore[attr-defined]
        assert CorpusImport.objects.get().clips_folder == "big <clips>"

    def test_clips_come_from_one_place(
        self, admin: Client, tmp_path: Path, settings: Settings
    ) -> None:
        settings.IMPORT_ROOT = tmp_path
        content = io.BytesIO()
        zipfile.ZipFile(content, "w").close()
        archive = SimpleUploadedFile("clips.zip", content.getvalue())

        line = record_line(record()).encode()
        response = self.post(admin, line, clips=archive, clips_folder=".")

        assert response.status_code == 422  # type: ignore[attr-defined]
        assert b"not both" in response.content  # type: ignore[attr-defined]

    def test_without_a_folder_for_imports_none_is_asked_for(
        self, admin: Client
    ) -> None:
        assert "clips_folder" not in page(admin, "corpus:imports")

    def test_an_upload_has_a_limit(self, admin: Client, settings: Settings) -> None:
        settings.UPLOAD_MAX_BYTES = 10

        response = self.post(admin, record_line(record()).encode())

        assert response.status_code == 422  # type: ignore[attr-defined]
        assert b"larger than" in response.content  # type: ignore[attr-defined]

    def test_a_script_gets_the_form_back_or_is_sent_on(self, admin: Client) -> None:
        url = reverse("corpus:import_upload")

        refused = admin.post(url, {}, headers=HTMX)
        taken = admin.post(
            url,
            {"records": SimpleUploadedFile("a.jsonl", record_line(record()).encode())},
            headers=HTMX,
        )

        assert refused.status_code == 422
        assert refused.content.decode().strip().startswith('<form id="upload"')
        assert taken["HX-Redirect"].startswith(reverse("corpus:imports"))


def test_a_zip_of_clips_is_taken(admin: Client) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("videos/a.mp4", b"a clip")
    records = record_line(record(video_path="videos/a.mp4")).encode()

    response = admin.post(
        reverse("corpus:import_upload"),
        {
            "records": SimpleUploadedFile("a.jsonl", records),
            "clips": SimpleUploadedFile("clips.zip", content.getvalue()),
        },
    )

    assert response.status_code == 303
    run_import(import_id=CorpusImport.objects.get().pk, queue_media=lambda _: None)
    assert CorpusImport.objects.get().counts["clips_added"] == 1
