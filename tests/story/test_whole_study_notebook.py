"""The notebook that runs a whole study: its cells, against a server and a worker."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from pytest_django.live_server_helper import LiveServer

from accounts.models import TokenScope
from annotation.models import DocumentKind, MembershipRole, Study, StudyState
from annotation.services.people.consent import agree_to_documents
from corpus.models import Origin, Source
from tests import factories

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

REPOSITORY = Path(__file__).parents[2]
NOTEBOOK = REPOSITORY / "docs" / "notebooks" / "whole_study.ipynb"
VIDEOS, REDUNDANCY = 3, 2


def program() -> str:
    """The notebook's code, as its kernel runs it."""
    cells: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text())["cells"]
    code = ("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    return "\n".join(code)


def make_corpus() -> None:
    """Videos with clips and five liked comments by people each."""
    Source.objects.get_or_create(
        origin=Origin.HUMAN, defaults={"key": "human", "title": "Viewers"}
    )
    for _ in range(VIDEOS):
        video = factories.make_video()
        factories.make_media(video)
        for likes in range(6):
            factories.make_comment(video, factories.human_source(), like_count=likes)
        video.usable_comment_count = 6
        video.save()


def judge_when_it_opens() -> None:
    """Two simulated annotators, as soon as the study lets them in."""
    deadline = time.monotonic() + 60
    while not Study.objects.filter(state=StudyState.OPEN).exists():
        assert time.monotonic() < deadline
        time.sleep(0.2)
    study = Study.objects.get()
    for verdict in ("human", "ai"):
        membership = factories.join(study)
        agree_to_documents(
            membership=membership,
            versions=dict.fromkeys(DocumentKind, 1),
        )
        for _ in range(VIDEOS):
            factories.submit_all(factories.give_work(membership), verdict)
    connections.close_all()


@pytest.mark.usefixtures("worker")
def test_the_notebook_runs_a_study_and_again_changes_nothing(
    live_server: LiveServer,
) -> None:
    make_corpus()
    key = factories.make_api_key(factories.make_researcher(), TokenScope.WRITE)
    annotators = threading.Thread(target=judge_when_it_opens)
    annotators.start()

    printed = run_notebook(live_server.url, key)
    annotators.join()
    again = run_notebook(live_server.url, key)

    study = Study.objects.get()
    assert study.state == StudyState.CLOSED
    assert study.memberships.filter(role=MembershipRole.ANNOTATOR).count() == REDUNDANCY
    assert "3 of 3 batches are full" in printed
    assert (
        f"{VIDEOS * REDUNDANCY} of {VIDEOS * REDUNDANCY} batches submitted" in printed
    )
    assert "Plain model: judged human in 3 of 6" in printed
    assert "passed as human in" in printed
    assert again.count("judged human in 3 of 6") == 2


def run_notebook(address: str, token: str) -> str:
    """What the cells print, in a Python that knows the client and no Django."""
    done = subprocess.run(
        [sys.executable, "-c", program()],
        cwd=REPOSITORY,
        env={
            "PATH": os.defpath,
            "PYTHONPATH": str(REPOSITORY),
            "MIMIC_ADDRESS": address,
            "MIMIC_TOKEN": token,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
