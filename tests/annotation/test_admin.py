"""Django's admin site shows the rows of the studies and changes none."""

import pytest
from django.test import Client
from django.urls import reverse

from annotation.services.judging.assignments import give_batch
from tests import factories

pytestmark = pytest.mark.django_db

TABLES = ("study", "batch", "membership", "invitation", "assignment", "studyevent")


@pytest.fixture
def admin_site(client: Client) -> Client:
    client.force_login(factories.make_admin())
    return client


@pytest.mark.parametrize("table", TABLES)
def test_an_admin_looks_at_every_table(admin_site: Client, table: str) -> None:
    give_batch(membership=factories.join(factories.make_open_study()))

    response = admin_site.get(reverse(f"admin:annotation_{table}_changelist"))

    assert response.status_code == 200
    assert "Delete selected" not in response.content.decode()


def test_rows_are_shown_and_neither_changed_nor_deleted(admin_site: Client) -> None:
    membership = factories.join(factories.make_open_study(), participant_id="5f1e2d")
    url = reverse("admin:annotation_membership_change", args=[membership.pk])

    shown = admin_site.get(url)
    changed = admin_site.post(url, {"code": "other"})
    deleted = admin_site.post(url.replace("change", "delete"), {"post": "yes"})

    assert shown.status_code == 200
    assert membership.code in shown.content.decode()
    assert "5f1e2d" not in shown.content.decode()
    assert (changed.status_code, deleted.status_code) == (403, 403)


@pytest.mark.parametrize("make", [factories.make_user, factories.make_researcher])
def test_nobody_else_enters_the_admin_site(client: Client, make) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    client.force_login(make())

    response = client.get(reverse("admin:annotation_study_changelist"))

    assert response.status_code == 302
    assert "login" in response["Location"]
