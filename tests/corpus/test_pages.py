"""The corpus pages: who sees them, what they show, how they are worked."""

import io
import zipfile
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import (
    DjangoAssertNumQueries,
    DjangoCaptureOnCommitCallbacks,
    Settings,
)

from accounts.models import Role
from corpus.importing.record_imports import create_import, run_import
from corpus.models import CorpusImport, MediaState, Video, VideoSelection
from corpus.records import record_line
from tests.corpus.importing.runs import Run, comments, record
from tests.factories import make_admin, make_media, make_user, make_video

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def signed_in(role: Role) -> Client:
    client = Client()
    client.force_login(make_admin() if role is Role.ADMIN else make_user(role))
    return client


@pytest.fixture
def researcher() -> Client:
    return signed_in(Role.RESEARCHER)


@pytest.fixture
def admin() -> Client:
    return signed_in(Role.ADMIN)


def page(client: Client, name: str, *args: object, **query: object) -> str:
    response = client.get(f"{reverse(name, args=args)}?{urlencode(query)}")
    assert response.status_code == 200
    return response.content.decode()


def make_import(content: bytes = b"bad\n") -> CorpusImport:
    return create_import(
        records=SimpleUploadedFile("my.jsonl", content),
        clips=None,
        created_by=make_admin(),
    )


class TestWhoSeesWhat:
    def urls(self) -> list[str]:
        video, corpus_import = make_video(), make_import()
        return [
            reverse("corpus:videos"),
            reverse("corpus:video", args=[video.pk]),
            reverse("corpus:imports"),
            reverse("corpus:import", args=[corpus_import.public_id]),
            reverse("corpus:import_errors", args=[corpus_import.public_id]),
            reverse("corpus:selection"),
        ]

    def test_annotators_see_no_page_of_the_corpus(self) -> None:
        annotator = signed_in(Role.ANNOTATOR)

        for url in self.urls():
            assert annotator.get(url).status_code == 403
        for name in ("corpus:import_upload", "corpus:selection_save"):
            assert annotator.post(reverse(name)).status_code == 403

    def test_strangers_are_led_to_the_login(self, client: Client) -> None:
        for url in self.urls():
            assert client.get(url)["Location"].startswith(reverse("accounts:login"))

    def test_researchers_see_imports_but_start_none(self, researcher: Client) -> None:
        corpus_import = make_import()

        shown = page(researcher, "corpus:imports")
        upload = researcher.post(reverse("corpus:import_upload"))
        restart = researcher.post(
            reverse("corpus:import_restart", args=[corpus_import.public_id])
        )

        assert 'type="file"' not in shown
        assert (upload.status_code, restart.status_code) == (403, 403)


class TestVideos:
    def test_an_empty_corpus_says_what_to_do(
        self, researcher: Client, admin: Client
    ) -> None:
        assert "An admin imports them" in page(researcher, "corpus:videos")
        assert reverse("corpus:imports") in page(admin, "corpus:videos")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, {"Alpha", "Beta", "Gamma"}),
            ({"search": "alp"}, {"Alpha"}),
            ({"search": "-id-b"}, {"Beta"}),
            ({"platform": "tiktok"}, {"Beta"}),
            ({"category": "Music"}, {"Alpha"}),
            ({"clip": "ready"}, {"Alpha", "Gamma"}),
            ({"clip": "none"}, {"Beta"}),
            ({"eligible": "yes"}, {"Alpha"}),
            ({"eligible": "no"}, {"Beta", "Gamma"}),
            ({"selection": "pilot"}, {"Gamma"}),
        ],
    )
    def test_the_list_can_be_filtered(
        self, researcher: Client, query: dict[str, str], found: set[str]
    ) -> None:
        alpha = make_video(title="Alpha", category="Music", usable_comment_count=5)
        make_media(alpha)
        make_video(title="Beta", platform="tiktok", external_id="-id-b")
        gamma = make_video(title="Gamma", usable_comment_count=4)
        make_media(gamma)
        VideoSelection.objects.create(key="pilot", title="Pilot").videos.add(gamma)

        shown = page(researcher, "corpus:videos", **query)

        assert {
            name for name in ("Alpha", "Beta", "Gamma") if f">{name}<" in shown
        } == (found)

    def test_a_filter_swaps_the_table_alone(self, researcher: Client) -> None:
        make_video(title="Alpha")

        response = researcher.get(reverse("corpus:videos"), headers=HTMX)

        assert response.content.decode().strip().startswith('<section id="videos"')

    def test_a_filter_that_finds_nothing_says_so(self, researcher: Client) -> None:
        make_video()

        assert "No video is like that" in page(researcher, "corpus:videos", search="zz")

    def test_pages_keep_the_filter(self, researcher: Client) -> None:
        for _ in range(51):
            make_video(title="Alpha")

        shown = page(researcher, "corpus:videos", search="alpha")

        assert "Page 1 of 2" in shown
        assert "?search=alpha&amp;page=2" in shown

    def test_the_list_takes_as_many_queries_for_fifty_as_for_one(
        self, researcher: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(50):
            make_media(make_video())

        # Session, person, totals, count, page, and the choices of three filters.
        with django_assert_num_queries(8):
            page(researcher, "corpus:videos")

    def test_a_video_shows_its_comments_and_why_some_cannot_be_used(
        self, researcher: Client
    ) -> None:
        Run(record(comments=comments("<b>hi</b>", "https://a.example"), tags=("x",)))
        video = Video.objects.get()

        shown = page(researcher, "corpus:video", video.pk)

        assert "&lt;b&gt;hi&lt;/b&gt;" in shown
        assert "only a link" in shown
        assert "it has 1 usable comment, and 5 are needed" in " ".join(shown.split())
        assert "1 with a link alone" in shown
        assert "No clip: only metadata" in shown

    def test_a_video_says_why_its_clip_cannot_be_used(self, researcher: Client) -> None:
        video = make_video()
        make_media(
            video,
            state=MediaState.FAILED,
            error_code="x",
            error="The file is text.",
            playback="",
            poster="",
        )

        assert "The file is text." in page(researcher, "corpus:video", video.pk)

    def test_a_video_plays_under_its_opaque_name(self, researcher: Client) -> None:
        video = make_video()
        media = make_media(video)

        shown = page(researcher, "corpus:video", video.pk)

        assert f'src="{reverse("corpus:media", args=[media.name + ".mp4"])}"' in shown


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
        assert b"no zip file" in response.content  # type: ignore[attr-defined]

    def test_clips_on_the_server_need_no_upload(
        self, admin: Client, tmp_path: Path, settings: Settings
    ) -> None:
        settings.IMPORT_ROOT = tmp_path
        (tmp_path / "big <clips>").mkdir()
        shown = page(admin, "corpus:imports")
        line = record_line(record()).encode()

        outside = self.post(admin, line, clips_folder="..")
        taken = self.post(admin, line, clips_folder="big <clips>")

        assert "It holds: big &lt;clips&gt;." in shown
        assert outside.status_code == 422  # type: ignore[attr-defined]
        assert b"no folder .." in outside.content  # type: ignore[attr-defined]
        assert taken.status_code == 302  # type: ignore[attr-defined]
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


class TestImportPage:
    def test_a_finished_import_shows_counts_and_errors_and_asks_no_more(
        self, researcher: Client
    ) -> None:
        content = record_line(record(comments=comments("ok", "."))) + "bad\n"
        corpus_import = make_import(content.encode())
        run_import(import_id=corpus_import.pk, queue_media=lambda _: None)

        shown = page(researcher, "corpus:import", corpus_import.public_id)
        fragment = researcher.get(
            reverse("corpus:import", args=[corpus_import.public_id]), headers=HTMX
        )
        errors = researcher.get(
            reverse("corpus:import_errors", args=[corpus_import.public_id])
        )

        assert "hx-trigger" not in shown
        assert "is not JSON" in shown
        assert "1 without a letter or emoji" in shown
        assert fragment.content.decode().strip().startswith('<section id="import"')
        assert b'"line": 2' in b"".join(errors.streaming_content)  # type: ignore[attr-defined]
        assert "my.jsonl.errors.jsonl" in errors["Content-Disposition"]

    def test_an_import_that_brought_nothing_says_so(self, researcher: Client) -> None:
        refused = make_import(b"bad\n")
        fine = make_import(record_line(record("a")).encode() + b"bad\n")
        for one in (refused, fine):
            run_import(import_id=one.pk, queue_media=lambda _: None)

        assert "Nothing was imported" in page(
            researcher, "corpus:import", refused.public_id
        )
        assert "Nothing was imported" not in page(
            researcher, "corpus:import", fine.public_id
        )
        assert page(researcher, "corpus:imports").count("nothing imported") == 1

    def test_an_import_without_errors_has_no_error_file(
        self, researcher: Client
    ) -> None:
        url = reverse("corpus:import_errors", args=[make_import().public_id])

        assert researcher.get(url).status_code == 404

    def test_an_admin_can_start_a_failed_import_again(
        self,
        admin: Client,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        corpus_import = make_import()
        CorpusImport.objects.update(state="failed", error="The disk is full.")
        shown = page(admin, "corpus:import", corpus_import.public_id)

        with django_capture_on_commit_callbacks() as queued:
            admin.post(reverse("corpus:import_restart", args=[corpus_import.public_id]))

        assert "The disk is full." in shown
        assert "Start again" in shown
        assert len(queued) == 1
        corpus_import.refresh_from_db()
        assert corpus_import.state == "waiting"


class TestSelection:
    @pytest.fixture
    def videos(self) -> list[Video]:
        fields = {"description": "d", "tags": ("t",), "topic": "t", "category": "Music"}
        Run(record("a", **fields), record("b", **fields | {"topic": ""}))
        return list(Video.objects.all())

    settings: ClassVar[dict[str, str | int]] = {
        "tiktok_percent": 2,
        "youtube_percent": 100,
        "other_percent": 5,
        "required_fields": "topic",
        "min_usable_comments": 5,
        "min_duration_s": 1,
        "max_duration_s": 300,
    }

    @pytest.mark.usefixtures("videos")
    def test_the_funnel_shows_what_each_rule_dropped(self, researcher: Client) -> None:
        shown = page(researcher, "corpus:selection", **self.settings)

        assert "1 video selected" in shown
        assert "Metadata complete" in shown
        assert "Music" in shown

    def test_an_empty_corpus_has_an_empty_funnel(self, researcher: Client) -> None:
        shown = page(researcher, "corpus:selection")

        assert "0 videos selected" in shown
        assert "Save this selection" not in shown

    def test_settings_that_make_no_sense_are_refused(self, researcher: Client) -> None:
        query = self.settings | {"min_duration_s": 500}

        response = researcher.get(reverse("corpus:selection"), query)

        assert response.status_code == 422
        assert "exceeds the longest" in response.content.decode()

    @pytest.mark.usefixtures("videos")
    def test_a_selection_is_saved_under_a_name(self, researcher: Client) -> None:
        url = f"{reverse('corpus:selection_save')}?{urlencode(self.settings)}"

        saved = researcher.post(url, {"title": "Pilot one"})
        again = researcher.post(url, {"title": "Pilot one"})

        selection = VideoSelection.objects.get()
        assert saved["Location"] == f"{reverse('corpus:videos')}?selection=pilot-one"
        assert [video.external_id for video in selection.videos.all()] == ["a"]
        assert selection.created_by is not None
        assert again.status_code == 422
        assert "Pilot one" in page(researcher, "corpus:selection")


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

    assert response.status_code == 302
    run_import(import_id=CorpusImport.objects.get().pk, queue_media=lambda _: None)
    assert CorpusImport.objects.get().counts["clips_added"] == 1
