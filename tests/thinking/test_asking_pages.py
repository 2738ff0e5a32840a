"""The pages on which admins let models answer a build."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Role
from tests.corpus.pages.showing import HTMX, signed_in
from tests.faults.installation import MODEL
from tests.thinking.asking import begin, make_askable_build, write_entry
from thinking.models import AnswerRun, RunState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def registry(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.GENERATION_REGISTRY = str(tmp_path)
    write_entry(tmp_path)


@pytest.fixture
def admin() -> Client:
    return signed_in(Role.ADMIN)


def test_an_admin_starts_watches_and_cancels_a_run(admin: Client) -> None:
    build = make_askable_build(videos=1)
    address = reverse("thinking:ask", args=[build.name])

    assert admin.get(address).status_code == 200
    sent = {
        "model": MODEL,
        "mode": "letter",
        "view": "black",
        "rotations": "4",
        "seed": "",
    }
    preview = admin.get(address, sent).content.decode()
    assert "Start the run" in preview
    assert "their videos have no usable file" in preview
    assert not AnswerRun.objects.exists()
    response = admin.post(address, sent)

    run = AnswerRun.objects.get()
    assert response["Location"] == reverse("thinking:run", args=[run.public_id])
    assert (run.view, run.rotations, run.jobs.count()) == ("black", 4, 28)
    page = admin.get(response["Location"]).content.decode()
    assert "0 of 28 questions answered" in page
    fragment = admin.get(response["Location"], headers=HTMX).content.decode()
    assert "every 2s" in fragment
    assert "<html" not in fragment
    cancelled = admin.post(
        reverse("thinking:run_cancel", args=[run.public_id]), follow=True
    )
    assert "Run cancelled. Its replies are kept." in cancelled.content.decode()
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    still = admin.get(response["Location"], headers=HTMX).content.decode()
    assert "every 2s" not in still


def test_failed_questions_are_retried_with_one_button(admin: Client) -> None:
    run = begin(make_askable_build(videos=1))
    run.jobs.update(state="failed", error_reason="http_429", error="Too many requests.")
    AnswerRun.objects.update(state="done", finished_at=run.created_at)
    address = reverse("thinking:run", args=[run.public_id])
    assert "Too many requests." in admin.get(address).content.decode()

    response = admin.post(
        reverse("thinking:run_retry", args=[run.public_id]), follow=True
    )

    assert "7 failed questions are queued again." in response.content.decode()
    again = admin.post(reverse("thinking:run_retry", args=[run.public_id]), follow=True)
    assert "No question of this run has failed." in again.content.decode()


def test_a_run_that_cannot_be_started_says_why(admin: Client) -> None:
    build = make_askable_build(videos=1)
    sent = {
        "model": MODEL,
        "mode": "letter",
        "view": "other",
        "rotations": "1",
        "seed": "",
    }

    response = admin.post(reverse("thinking:ask", args=[build.name]), sent)

    assert response.status_code == 422
    assert "There is no other video to show." in response.content.decode()
    assert not AnswerRun.objects.exists()


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.RESEARCHER])
def test_asking_is_for_admins_alone(role: Role) -> None:
    run = begin(make_askable_build(videos=1))
    visitor = signed_in(role)

    ask = reverse("thinking:ask", args=[run.build.name])
    assert visitor.get(ask).status_code == 403
    for name in ("thinking:run_cancel", "thinking:run_retry"):
        assert visitor.post(reverse(name, args=[run.public_id])).status_code == 403
    run.refresh_from_db()
    assert run.state == RunState.OPEN
    if role is Role.RESEARCHER:
        shown = visitor.get(reverse("thinking:run", args=[run.public_id]))
        assert "Cancel run" not in shown.content.decode()


def test_the_preview_says_what_a_server_charges_and_why_it_cannot_start(
    admin: Client, tmp_path: Path
) -> None:
    build = make_askable_build(videos=1)
    address = reverse("thinking:ask", args=[build.name])
    (tmp_path / "charged.toml").write_text(CHARGED)
    sent = {"model": "charged", "mode": "letter", "view": "none", "rotations": "4"}

    shown = admin.get(address, sent).content.decode()
    refused = admin.get(address, {**sent, "mode": "likelihood"}).content.decode()

    # 105 items in four orders, 16 tokens each at a dollar a thousand, and what is read.
    assert "at most 6.7" in shown
    assert "does not tell likelihoods" in refused
    assert "Start the run" not in refused


CHARGED = """
title = "Charged"
group = "site"
licence = "none"
engine = "openai_http"
memory_gib = 0
prompt = "comment-1"

[frames]
kind = "uniform"
count = 4

[decoding]
max_new_tokens = 100

[options]
base_url = "https://example.org/v1"
model = "m"
usd_per_million_input_tokens = 0.1
usd_per_million_output_tokens = 1000.0
"""
