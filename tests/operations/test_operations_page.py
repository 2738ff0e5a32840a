"""What an admin reads of the installation on one page."""

from datetime import timedelta
from pathlib import Path

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from corpus.models import CorpusImport, MediaState
from generation.engines.base import EngineError, Reason
from tests import factories
from tests.generation.rounds import make_draft, start, write_all

pytestmark = pytest.mark.django_db
PAGE = "/operations/"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(factories.make_admin())
    return client


def shown(admin: Client) -> str:
    response = admin.get(PAGE)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.RESEARCHER])
def test_it_is_for_admins_alone(client: Client, role: Role) -> None:
    client.force_login(factories.make_user(role=role))

    assert client.get(PAGE).status_code == 403


def test_a_new_installation_has_no_work_and_no_backup(admin: Client) -> None:
    page = shown(admin)

    for words in (
        "No worker answered",
        "There has been no background work yet.",
        "Nothing has failed.",
        "Nothing is taking long.",
        "manage.py backup FOLDER --verify",
    ):
        assert words in page, words


def test_failed_and_slow_work_leads_to_its_page(admin: Client) -> None:
    video = factories.make_video(title="A broken clip")
    factories.make_media(
        video, state=MediaState.FAILED, error_code="x", error="The clip has no end."
    )
    slow = CorpusImport.objects.create(file_name="videos.jsonl", state="running")
    failed = start(make_draft(videos=2))
    write_all(failed, error=EngineError(Reason.REFUSED, "It was blocked."))
    CorpusImport.objects.update(created_at=timezone.now() - timedelta(hours=1))

    page = shown(admin)

    assert reverse("corpus:video", args=[video.pk]) in page
    assert "The clip has no end." in page
    assert reverse("generation:errors", args=[failed.public_id]) in page
    assert page.count("It was blocked.") == 1
    assert reverse("corpus:import", args=[slow.public_id]) in page


@pytest.mark.django_db(transaction=True)
def test_it_says_when_the_data_were_last_safe(admin: Client, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("backup", Path("/proc/no-such-folder"))
    assert "failed" in shown(admin)

    call_command("backup", tmp_path)
    call_command("check_integrity")
    page = shown(admin)

    (made,) = tmp_path.glob("mimic-*Z")
    assert str(made) in page
    assert "No problems" in page


def test_a_broker_that_is_away_is_the_first_thing_said(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("broker_url", "broker_write_url"):
        monkeypatch.setattr(current_app.conf, name, "redis://127.0.0.1:1/0")

    assert "The broker isn't responding" in shown(admin)
