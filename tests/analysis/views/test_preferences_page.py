"""The page of preference data: consent first, then files; who may."""

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import Study
from tests.analysis.preferences.studies import make_consented_study
from tests.factories import make_admin, make_researcher

pytestmark = pytest.mark.django_db


def address(study: Study, name: str, *more: str) -> str:
    return reverse(f"analysis:{name}", args=[study.public_id, *more])


def test_files_come_after_consent_is_recorded_and_go_with_it(client: Client) -> None:
    study = make_consented_study(videos=10, annotators=4)
    client.force_login(make_admin())
    page, files = address(study, "preferences"), address(study, "preferences_again")

    assert "recorded as naming training" in client.get(page).content.decode()
    client.post(files, {"kind": "pairs"})
    assert client.get(address(study, "preferences_file", "pairs")).status_code == 404

    client.post(address(study, "training_use"), {"consent": "1"})
    assert client.post(files, {"kind": "pairs"}).status_code == 303
    assert "Download pairs" in client.get(page).content.decode()
    response = client.get(address(study, "preferences_file", "pairs"))
    with zipfile.ZipFile(io.BytesIO(response.content)) as packed:
        names = {name.rpartition("/")[2] for name in packed.namelist()}
    assert {"train.jsonl", "README.md", "croissant.json"} <= names
    log = client.get(reverse("annotation:study_log", args=[study.public_id]))
    assert "Consent for training recorded" in log.content.decode()

    client.post(address(study, "training_use"), {"evaluation_only": "yes"})
    assert "for evaluation only" in client.get(page).content.decode()
    assert client.get(address(study, "preferences_file", "pairs")).status_code == 404


def test_another_researcher_sees_nothing(client: Client) -> None:
    study = make_consented_study(videos=2, annotators=2)
    client.force_login(make_researcher())

    assert client.get(address(study, "preferences")).status_code == 404
    for name in ("preferences_again", "training_use"):
        assert client.post(address(study, name), {"consent": "1"}).status_code == 404
