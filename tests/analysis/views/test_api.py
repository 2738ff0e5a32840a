"""The report over the REST API."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import TokenScope
from analysis.models import ReportState, StoredBundle
from tests.analysis.views.report_pages import judged_study, researcher_of
from tests.annotation.api.programs import Program
from tests.factories import make_api_key, make_researcher

pytestmark = pytest.mark.django_db


def test_the_api_gives_the_figures_of_the_page(client: Client) -> None:
    judged = judged_study()
    client.force_login(researcher_of(judged.study))
    arguments = [judged.study.public_id]

    answer = client.get(reverse("analysis:api_report", args=arguments))
    file = client.get(reverse("analysis:report_file", args=[*arguments, "json"]))

    assert answer.json() == json.loads(file.content)


def test_the_api_says_when_a_report_is_still_being_computed(
    client: Client, settings: Settings
) -> None:
    settings.REPORT_INLINE_JUDGMENTS = 0
    judged = judged_study()
    client.force_login(researcher_of(judged.study))

    answer = client.get(reverse("analysis:api_report", args=[judged.study.public_id]))

    assert answer.status_code == 202
    assert answer.json()["state"] == "waiting"
    assert answer["Retry-After"]


def test_the_api_shows_no_report_to_annotators_or_strangers(client: Client) -> None:
    judged = judged_study()
    url = reverse("analysis:api_report", args=[judged.study.public_id])
    annotator = judged.annotators[0].user
    assert annotator is not None

    statuses = [client.get(url).status_code]
    for person in (annotator, make_researcher()):
        client.force_login(person)
        statuses.append(client.get(url).status_code)

    assert statuses == [401, 403, 404]


def test_a_program_lists_the_files_and_takes_one(client: Client) -> None:
    judged = judged_study()
    program = Program(researcher_of(judged.study), TokenScope.READ)

    listed = program.get(f"studies/{judged.study.public_id}/downloads/")

    by_name = {row["name"]: row["address"] for row in listed}
    assert {"judgments.csv", "report.json", "everything.zip"} <= {*by_name}
    key = make_api_key(researcher_of(judged.study))
    file = client.get(
        by_name["judgments.csv"], headers={"Authorization": f"Token {key}"}
    )
    assert b"".join(file.streaming_content).startswith(b"annotator_id,")  # type: ignore[attr-defined]


def test_a_program_asks_for_the_bundle_watches_and_downloads_it(
    client: Client, tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    judged = judged_study()
    program = Program(researcher_of(judged.study))
    path = f"studies/{judged.study.public_id}/bundle/"
    key = make_api_key(researcher_of(judged.study))
    token = {"Authorization": f"Token {key}"}
    file = reverse("analysis:bundle", args=[judged.study.public_id])

    program.get(path)
    assert program.status == 404
    assert client.get(file, headers=token).status_code == 404
    asked = [program.post(path)["state"] for _ in range(2)]
    bundle = StoredBundle.objects.get()
    bundle.path.parent.mkdir()
    bundle.path.write_bytes(b"PK")  # as a worker makes it, in tens of seconds
    StoredBundle.objects.update(state=ReportState.DONE)
    made = program.get(path)

    assert asked == ["waiting", "waiting"]
    assert made["state"] == "done"
    packed = client.get(made["address"], headers=token)
    assert b"".join(packed.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
