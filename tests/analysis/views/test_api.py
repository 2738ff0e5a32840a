"""The report over the REST API."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.analysis.views.report_pages import judged_study, researcher_of
from tests.factories import (
    make_researcher,
)

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
