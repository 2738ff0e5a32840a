"""The planner's page."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.analysis.studies import make_judged_study
from tests.factories import (
    make_researcher,
)

pytestmark = pytest.mark.django_db


def test_the_planner_simulates_the_design_asked_for(client: Client) -> None:
    client.force_login(make_researcher())
    asked: dict[str, str | int] = {
        "annotators": 12,
        "videos": 40,
        "redundancy": 3,
        "rates": "human=87, strong=50",
        "annotator_sd": "0.4",
        "comment_sd": "0.6",
    }

    text = client.get(reverse("analysis:plan"), asked).content.decode()

    assert "12 annotators, 40 videos, each judged by 3; 200 simulations" in text
    assert '<th scope="row">strong</th>' in text


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"rates": "human"}, "is not NAME=PERCENT"),
        ({"redundancy": 13}, "more than the 12 there are"),
        ({"rates": "human=100"}, "rates lie between 0 and 100"),
    ],
)
def test_the_planner_explains_an_impossible_design(
    client: Client, change: dict[str, str | int], complaint: str
) -> None:
    client.force_login(make_researcher())
    asked: dict[str, str | int] = {
        "annotators": 12,
        "videos": 40,
        "redundancy": 3,
        "rates": "human=87",
        "annotator_sd": "0.4",
        "comment_sd": "0.6",
    }

    text = client.get(reverse("analysis:plan"), asked | change).content.decode()

    assert complaint in text
    assert "What to expect" not in text


def test_the_planner_is_for_researchers(client: Client) -> None:
    annotator = make_judged_study(videos=1, annotators=1).annotators[0].user
    assert annotator is not None
    client.force_login(annotator)

    assert client.get(reverse("analysis:plan")).status_code == 403
