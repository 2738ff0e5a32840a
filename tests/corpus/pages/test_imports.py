"""The page of one import: counts, errors, starting again."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from corpus.importing.record_imports import run_import
from corpus.models import CorpusImport
from corpus.records import record_line
from tests.corpus.importing.runs import comments, record
from tests.corpus.pages.showing import HTMX, make_import, page

pytestmark = pytest.mark.django_db


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
        assert "without a letter or emoji: 1" in shown
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
        assert "Restart" in shown
        assert len(queued) == 1
        corpus_import.refresh_from_db()
        assert corpus_import.state == "waiting"
