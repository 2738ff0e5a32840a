"""What the pages of an account say."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("following", "is_told"),
    [("", False), ("/", False), ("/work/1/", True), ("/judge/1/", True)],
)
def test_who_signs_in_reads_of_unsaved_answers_only_on_the_way_to_a_batch(
    client: Client, following: str, *, is_told: bool
) -> None:
    page = client.get(reverse("accounts:login"), {"next": following}).content.decode()

    assert ("aren't saved yet" in page) is is_told


def test_the_rules_for_a_password_are_one_sentence_and_labels_have_no_colons(
    client: Client,
) -> None:
    client.force_login(make_user(password="correct horse"))

    page = client.get(reverse("accounts:password")).content.decode()

    assert "Use at least 10 characters, not only digits." in page
    assert "<li>" not in page.partition('<form method="post">')[2]
    assert "Old password</label>" in page
