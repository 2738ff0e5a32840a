"""Imports of comments by a worker: all or nothing, with progress for who looks."""

import threading
from pathlib import Path

import pytest
from celery.contrib.testing.worker import start_worker
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import Settings

from annotation.errors import AnnotationError
from annotation.models import Study, StudyImport
from annotation.services.imports.study_imports import (
    ImportOptions,
    create_study_import,
    run_study_import,
)
from annotation.services.studies.lifecycle import seal_study
from annotation.services.studies.study import delete_study
from annotation.tasks import wake_up
from config.celery import app
from corpus.cleaning import clean_comment
from corpus.importing.uploads import errors_path, import_folder, start_again
from corpus.models import Comment, ImportState, Source, Video
from tests import factories
from tests.embedded.waiting import wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def rows(count: int) -> str:
    """Comments on as many videos, which are made for them."""
    names = [f"row-{number}" for number in range(count)]
    Video.objects.bulk_create(
        Video(platform="rows", external_id=name) for name in names
    )
    return "video,source,text\n" + "".join(
        f"rows:{name},Newcomer,take {name} of it\n" for name in names
    )


def uploaded(study: Study, content: str, **options: bool) -> StudyImport:
    return create_study_import(
        study=study,
        file=SimpleUploadedFile("comments.csv", content.encode()),
        options=ImportOptions(creates_sources=True, **options),
        created_by=factories.make_researcher(),
    )


def run(study_import: StudyImport) -> None:
    run_study_import(import_id=study_import.pk)
    study_import.refresh_from_db()


def hold_comment(other: BaseDatabaseWrapper, source: Source) -> None:
    """Insert the file's last comment on another connection, and do not commit."""
    clean = clean_comment("take row-2999 of it")
    with other.cursor() as cursor:
        cursor.execute(
            "INSERT INTO corpus_comment (video_id, source_id, text, text_received,"
            " fingerprint, unusable_reason, created_at)"
            " VALUES (%s, %s, %s, %s, %s, '', now())",
            [
                Video.objects.get(external_id="row-2999").pk,
                source.pk,
                clean.text,
                clean.received,
                clean.fingerprint,
            ],
        )


def run_in_a_thread(import_id: int) -> None:
    run_study_import(import_id=import_id)
    connection.close()


def test_a_run_stores_the_rows_logs_it_and_deletes_the_upload() -> None:
    study = factories.make_study()
    study_import = uploaded(study, rows(3), adds_sources=True)

    run(study_import)

    assert study_import.state == ImportState.DONE
    assert study_import.percent == 100
    assert study_import.counts["added"] == 3
    assert study_import.counts["new_sources"] == ["Newcomer"]
    event = study.events.get(action="comments imported")
    assert (event.actor, event.detail["rows"]) == (study_import.created_by, 3)
    assert [*import_folder(study_import).iterdir()] == []


def test_a_second_message_changes_nothing() -> None:
    study = factories.make_study()
    study_import = uploaded(study, rows(3))
    run(study_import)
    finished_at = study_import.finished_at

    run(study_import)

    assert study_import.finished_at == finished_at
    assert study.events.filter(action="comments imported").count() == 1


def test_a_study_that_is_sealed_meanwhile_gets_none_of_the_rows() -> None:
    study = factories.make_study(videos=1)
    factories.make_media(study.batches.get().video)
    study_import = uploaded(study, rows(3))
    seal_study(study=study, actor=None)
    before = Comment.objects.count()

    run(study_import)

    assert study_import.state == ImportState.FAILED
    assert "sealed" in study_import.error
    assert Comment.objects.count() == before
    assert not Source.objects.filter(key="newcomer").exists()


def test_a_sealed_study_takes_no_upload() -> None:
    study = factories.make_open_study()

    with pytest.raises(AnnotationError, match="draft"):
        uploaded(study, rows(1))


def test_a_file_of_bad_rows_alone_stores_nothing_and_can_be_started_again(
    settings: Settings,
) -> None:
    study = factories.make_study()
    study_import = uploaded(study, rows(3) + "bad\n" * 20)
    before = Comment.objects.count()
    settings.IMPORT_MAX_REFUSED_LINES = 10
    run(study_import)
    state, kept = study_import.state, errors_path(study_import).read_text()

    settings.IMPORT_MAX_REFUSED_LINES = 100
    start_again(study_import)
    run(study_import)

    assert (state, len(kept.splitlines())) == (ImportState.FAILED, 10)
    assert study_import.state == ImportState.DONE
    assert Comment.objects.count() == before + 3


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_nothing_is_stored_yet() -> None:
    study = factories.make_study()
    study_import = uploaded(study, rows(3_000))
    before = Comment.objects.count()
    # Somebody who adds one of the comments and takes their time holds the import up.
    other = connection.copy()
    other.set_autocommit(False)
    source = factories.make_source("newcomer")
    hold_comment(other, source)
    importing = threading.Thread(target=run_in_a_thread, args=[study_import.pk])

    importing.start()
    wait_until(
        lambda: StudyImport.objects.get().counts.get("rows", 0) >= 2_000, "progress"
    )
    meanwhile = (StudyImport.objects.get(), Comment.objects.count())
    other.rollback()
    other.close()
    importing.join()

    seen, stored = meanwhile
    assert seen.state == ImportState.RUNNING
    assert 0 < seen.percent < 100
    assert stored == before
    study_import.refresh_from_db()
    assert study_import.state == ImportState.DONE
    assert Comment.objects.count() == before + 3_000


@pytest.mark.django_db(transaction=True)
def test_an_import_whose_message_was_lost_is_run() -> None:
    study = factories.make_study()
    uploaded(study, rows(2))

    with start_worker(app, queues=["default"], perform_ping_check=False):
        wake_up()
        wait_until(lambda: StudyImport.objects.get().is_over, "the import")

    assert StudyImport.objects.get().state == ImportState.DONE


@pytest.mark.django_db(transaction=True)
def test_the_files_of_a_deleted_study_go_with_it() -> None:
    study = factories.make_study()
    folder = import_folder(uploaded(study, rows(2)))

    delete_study(study=study)

    assert not folder.exists()
