"""The pages on which admins let a model be a judge."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import Role
from annotation.models import Study
from generation.services.engines import EngineKeeper
from judges.models import JudgeRun, RunState
from judges.services.asking import ask_judge
from tests.analysis.judge.studies import make_half_judged_study
from tests.corpus.pages.showing import HTMX, signed_in
from tests.factories import make_study
from tests.judges.servers import MODEL, asked_site

pytestmark = pytest.mark.django_db
SENT = {"model": MODEL, "view": "text", "mode": "said", "samples": "1", "seed": ""}


@pytest.fixture
def admin() -> Client:
    return signed_in(Role.ADMIN)


def address(study: Study, name: str = "ask", *more: object) -> str:
    return reverse(f"judges:{name}", args=[study.public_id, *more])


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_an_admin_asks_a_model_and_reads_its_card(
    settings: Settings, tmp_path: Path, admin: Client
) -> None:
    study = make_half_judged_study(videos=8, judged=6, annotators=4)
    judge_page = reverse("analysis:judge", args=[study.public_id])
    with asked_site(settings, tmp_path):
        assert "No model has been asked yet." in text_of(admin, judge_page)
        preview = admin.get(address(study), SENT).content.decode()
        assert "8 batches, one question each" in preview
        assert "at most 0.0" in preview
        assert "Was it written by a human or by AI?" in preview
        assert not JudgeRun.objects.exists()
        response = admin.post(address(study), SENT)
        run = JudgeRun.objects.get()
        own = address(study, "run", run.public_id)
        assert response["Location"] == own
        assert "0 of 8 questions answered" in text_of(admin, own)
        keeper = EngineKeeper()
        ask_judge(run_id=run.pk, worker="tests@here", keeper=keeper)
        keeper.close()
        fragment = admin.get(own, headers=HTMX).content.decode()
        done = text_of(admin, own)

    assert "<html" not in fragment
    assert "every 2s" not in fragment
    assert "8 of 8 questions answered" in done
    assert "Cost so far: at most 0.00 USD" in done
    text = text_of(admin, judge_page)
    for words in ("with judge Asked model", "Prompt version judge-1", "0 of 24"):
        assert words in text
    again = admin.post(address(study, "run_fit", run.public_id), follow=True)
    assert "No judgment is newer than this judge." in again.content.decode()


def test_an_older_judge_can_be_looked_at(
    settings: Settings, tmp_path: Path, admin: Client
) -> None:
    study = make_half_judged_study(videos=8, judged=6, annotators=4)
    page = reverse("analysis:judge", args=[study.public_id])
    admin.post(reverse("analysis:judge_again", args=[study.public_id]))
    with asked_site(settings, tmp_path):
        admin.post(address(study), SENT)
        keeper = EngineKeeper()
        ask_judge(run_id=JudgeRun.objects.get().pk, worker="t@h", keeper=keeper)
        keeper.close()
    first = study.judges.get(kind="surface")

    assert "with judge Asked model" in text_of(admin, page)
    assert "with judge surface features" in text_of(admin, f"{page}?judge={first.pk}")
    both = text_of(admin, f"{page}?judge=nonsense")
    assert "with judge Asked model" in both
    assert "Judges of this study" in both


def test_an_admin_names_an_encoder_and_a_worker_is_told(
    admin: Client,
    settings: Settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.CHECKPOINT_ROOT = tmp_path
    study = make_half_judged_study(videos=8, judged=6, annotators=4)
    page = reverse("analysis:judge", args=[study.public_id])
    assert "Use a text encoder" in text_of(admin, address(study, "encode"))
    wrong = admin.post(address(study, "encode"), {"encoder": "../up"})
    with django_capture_on_commit_callbacks() as queued:
        right = admin.post(address(study, "encode"), {"encoder": "mine"})

    assert wrong.status_code == 422
    assert "is no encoder" in wrong.content.decode()
    assert right["Location"] == page
    assert len(queued) == 1
    assert "being fitted" in text_of(admin, page)
    study.judges.update(state="failed", error="No encoder in it.")
    failed = text_of(admin, page)
    assert "No encoder in it." in failed
    assert admin.get(page).content.count(b"judge/again/") == 1
    assert signed_in(Role.RESEARCHER).get(address(study, "encode")).status_code == 403


def test_a_run_is_cancelled_once(
    settings: Settings, tmp_path: Path, admin: Client
) -> None:
    study = make_half_judged_study(videos=8, judged=6, annotators=4)
    with asked_site(settings, tmp_path):
        admin.post(address(study), SENT)
        twice = admin.post(address(study), SENT)
        run = JudgeRun.objects.get()
        cancel = address(study, "run_cancel", run.public_id)
        first = admin.post(cancel, follow=True).content.decode()
        second = admin.post(cancel, follow=True).content.decode()

    assert twice.status_code == 422
    assert "being asked already" in twice.content.decode()
    assert "Run cancelled." in first
    assert "The run is over." in second
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED


def test_only_admins_ask_and_only_researchers_look(
    settings: Settings, tmp_path: Path, admin: Client
) -> None:
    study = make_half_judged_study(videos=8, judged=6, annotators=4)
    with asked_site(settings, tmp_path):
        admin.post(address(study), SENT)
        run = JudgeRun.objects.get()
        acts = [
            address(study, f"run_{one}", run.public_id)
            for one in ("cancel", "fit", "retry")
        ]
        for role in (Role.ANNOTATOR, Role.RESEARCHER):
            visitor = signed_in(role)
            assert visitor.get(address(study)).status_code == 403
            assert visitor.post(address(study), SENT).status_code == 403
            assert {visitor.post(one).status_code for one in acts} == {403}
            shown = visitor.get(address(study, "run", run.public_id))
            # A researcher of other studies sees nothing of this one.
            assert shown.status_code in (403, 404)
    assert JudgeRun.objects.count() == 1


def test_a_draft_says_that_it_must_be_sealed(
    settings: Settings, tmp_path: Path, admin: Client
) -> None:
    with asked_site(settings, tmp_path):
        page = text_of(
            admin,
            f"{address(make_study())}?model={MODEL}&view=text&mode=said&samples=1",
        )

    assert "Seal the study first" in page
    assert "Start the run" not in page


def test_what_is_missing_is_said(
    settings: Settings, tmp_path: Path, admin: Client
) -> None:
    study = make_half_judged_study(videos=8, judged=6, annotators=4)
    with asked_site(settings, tmp_path):
        wrong = admin.get(address(study), SENT | {"samples": "99"})
        frames = admin.get(address(study), SENT | {"view": "frames"}).content.decode()

    assert wrong.status_code == 422
    assert "No video of this study has a file that can be read." in frames
    assert "Start the run" not in frames
