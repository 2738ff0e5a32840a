"""The payment list: whom to pay, for the study's researchers, never who said what."""

import csv
import io

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from annotation.models import Membership, Study, WayOut, WayOutKind
from annotation.services.people.leaving import leave_study
from tests import factories
from tests.annotation.views.pages import address, addresses_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(study: Study) -> Study:
    """Open, with two batches and no texts to agree to."""
    study.documents.all().delete()
    return factories.open_study(study)


def participant(study: Study, who: str, session: str = "") -> Membership:
    return factories.join(study, participant_id=who, platform_session_id=session)


def finish(membership: Membership) -> None:
    for _ in range(2):
        factories.submit_all(
            factories.give_work(Membership.objects.get(pk=membership.pk))
        )


def rows_of(content: bytes) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(content.decode()))]


def test_it_says_whom_to_pay_for_what(web: Client, study: Study) -> None:
    WayOut.objects.create(study=study, kind=WayOutKind.COMPLETED, code="C1")
    done = participant(study, "p-zoe", "s1")
    participant(study, "p-ann", "s2")
    out = participant(study, "p-max", "s3")
    finish(done)
    Membership.objects.filter(pk=out.pk).update(
        excluded_at=timezone.now(), exclusion_reason="careless"
    )
    factories.join(study)

    response = web.post(address("study_payments", study))

    today = f"{timezone.now():%Y-%m-%d}"
    assert response["Content-Type"].startswith("text/csv")
    assert f"{study.key}-payments.csv" in response["Content-Disposition"]
    assert [tuple(row.values()) for row in rows_of(response.content)] == [
        ("p-ann", "s2", "", "", today, "", "0"),
        ("p-max", "s3", "screened", "", today, today, "0"),
        ("p-zoe", "s1", "completed", "C1", today, today, "2"),
    ]


def test_it_has_the_personal_codes_of_who_is_done(web: Client, study: Study) -> None:
    WayOut.objects.create(
        study=study, kind=WayOutKind.COMPLETED, has_personal_codes=True
    )
    done, other = participant(study, "p1"), participant(study, "p2")
    finish(done)

    codes = [
        row["completion_code"]
        for row in rows_of(web.post(address("study_payments", study)).content)
    ]

    assert codes == [done.completion_code, ""]
    assert other.completion_code


def test_nothing_in_it_leads_to_judgments(web: Client, study: Study) -> None:
    members = [participant(study, f"p{number}") for number in range(3)]
    finish(members[0])

    text = web.post(address("study_payments", study)).content.decode()

    assert not any(member.code in text for member in members)
    # By the time of a submission its judgments could be found in an export.
    assert ":" not in text


def test_who_left_is_no_longer_in_it(web: Client, study: Study) -> None:
    member = participant(study, "p-left")
    finish(member)
    assert member.user is not None
    leave_study(membership=member, actor=member.user, deletes_answers=False)

    assert rows_of(web.post(address("study_payments", study)).content) == []


def test_every_download_is_logged(web: Client, study: Study) -> None:
    participant(study, "p1")

    web.get(address("study_payments", study))
    web.post(address("study_payments", study))

    event = study.events.get(action="payment list downloaded")
    assert event.actor is not None
    assert event.detail == {"total": 1}


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.RESEARCHER])
def test_nobody_else_gets_it(client: Client, study: Study, role: Role) -> None:
    participant(study, "p1")
    client.force_login(factories.make_user(role))

    response = client.post(address("study_payments", study))

    assert response.status_code == (403 if role == Role.ANNOTATOR else 404)
    assert not study.events.filter(action="payment list downloaded").exists()


def test_no_page_of_the_study_shows_an_id_or_a_personal_code(
    web: Client, study: Study
) -> None:
    member = participant(study, "5f1e2d3c", "se43")
    finish(member)

    seen = [web.get(url).getvalue().decode() for url in addresses_of(study)]

    for secret in ("5f1e2d3c", "se43", member.completion_code):
        assert not any(secret in text for text in seen)
