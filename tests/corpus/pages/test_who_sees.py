"""Who sees which page of the corpus."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from tests.corpus.pages.showing import make_import, page, signed_in
from tests.factories import make_video

pytestmark = pytest.mark.django_db


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
            led = client.get(url, headers={"accept": "text/html"})
            assert led["Location"].startswith(reverse("accounts:login"))

    def test_researchers_see_imports_but_start_none(self, researcher: Client) -> None:
        corpus_import = make_import()

        shown = page(researcher, "corpus:imports")
        upload = researcher.post(reverse("corpus:import_upload"))
        restart = researcher.post(
            reverse("corpus:import_restart", args=[corpus_import.public_id])
        )

        assert 'type="file"' not in shown
        assert (upload.status_code, restart.status_code) == (403, 403)
