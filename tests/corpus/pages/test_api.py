"""The corpus over the REST API: imports by admins, videos and selections for all."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import TokenScope
from corpus.importing.record_imports import run_import
from corpus.models import CorpusImport, VideoSelection
from tests import factories
from tests.annotation.api.programs import Program

pytestmark = pytest.mark.django_db

RECORD = {
    "platform": "youtube",
    "external_id": "abc",
    "title": "A dog",
    "comments": [{"text": f"what a dog, {number}"} for number in range(5)],
}
LINES = (json.dumps(RECORD) + "\nbad\n").encode()


def test_records_are_imported_listed_and_selected() -> None:
    admin, researcher = factories.make_admin(), factories.make_researcher()
    program = Program(admin)

    sent = program.upload("corpus/imports/", "records", LINES)
    assert (program.status, sent["state"]) == (202, "waiting")
    run_import(import_id=CorpusImport.objects.get().pk, queue_media=lambda _: None)
    done = program.get(f"corpus/imports/{sent['public_id']}/")
    reader = Program(researcher)
    videos = reader.get("corpus/videos/?search=dog")["results"]
    saved = reader.post(
        "corpus/selections/",
        {
            "title": "All of it",
            "other_percent": 100,
            "youtube_percent": 100,
            "required_fields": [],
            "require_clip": False,
        },
    )

    assert (done["state"], done["counts"]["created"]) == ("done", 1)
    assert done["refused"][0]["line"] == 2
    assert [(one["video"], one["clip"]) for one in videos] == [("youtube:abc", "")]
    assert (saved["key"], saved["video_count"]) == ("all-of-it", 1)
    assert [one["key"] for one in reader.get("corpus/selections/")] == ["all-of-it"]


def test_the_same_name_is_no_second_selection() -> None:
    program = Program(factories.make_researcher())
    program.post("corpus/selections/", {"title": "All of it"})

    program.post("corpus/selections/", {"title": "All of it"})

    assert program.status == 400
    assert VideoSelection.objects.count() == 1


def test_clips_come_in_a_zip_file_and_nothing_else() -> None:
    program = Program(factories.make_admin())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("clip.mp4", b"x")

    taken, refused = (
        program.upload(
            "corpus/imports/", "records", LINES, clips=SimpleUploadedFile("a", content)
        )
        for content in (packed.getvalue(), b"no zip")
    )

    assert taken["state"] == "waiting"
    assert refused["reasons"] == ["clips: This is not a zip file."]


def test_only_admins_import_into_the_corpus_and_researchers_see_it() -> None:
    researcher = Program(factories.make_researcher())
    reading = Program(factories.make_admin(), TokenScope.READ)

    refusal = researcher.upload("corpus/imports/", "records", LINES)
    assert (researcher.status, refusal["detail"]) == (403, "Only admins can do this.")
    reading.upload("corpus/imports/", "records", LINES)
    assert reading.status == 403
    assert researcher.get("corpus/imports/") == []
    assert not CorpusImport.objects.exists()
