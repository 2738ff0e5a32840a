"""The REST API: for researchers, about their own studies, without persons."""

import json
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from annotation.models import (
    Assignment,
    AssignmentState,
    Judgment,
    Membership,
    MembershipRole,
    Presentation,
    Study,
)
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return factories.make_open_study(videos=2, ai_sources=3)


@pytest.fixture
def researcher(study: Study) -> User:
    user = factories.make_researcher()
    factories.join(study, user, role=MembershipRole.RESEARCHER)
    return user


def get(user: User | None, path: str) -> tuple[int, object]:
    client = Client()
    if user is not None:
        client.force_login(user)
    response = client.get(path)
    return response.status_code, json.loads(response.content)


def results(user: User, path: str) -> list[dict[str, object]]:
    status, body = get(user, path)
    assert status == 200
    assert isinstance(body, dict)
    return list(body["results"])


def judge(membership: Membership, *, state: AssignmentState) -> Assignment:
    """All of the first batch judged Human, 4, after 2.5 seconds."""
    batch = membership.study.batches.order_by("pk")[0]
    now = timezone.now()
    assignment = Assignment.objects.create(
        batch=batch,
        membership=membership,
        place=Assignment.objects.filter(batch=batch).count() + 1,
        number=1,
        leased_until=now,
    )
    for position, placed in enumerate(batch.batch_comments.all(), 1):
        presentation = Presentation.objects.create(
            assignment=assignment, position=position, batch_comment=placed
        )
        Judgment.objects.create(
            presentation=presentation,
            verdict="human",
            realism_score=4,
            key=uuid.uuid4(),
            answered_at=now,
            received_at=now,
            full_answer_seconds=2.5,
        )
    assignment.state = state
    assignment.submitted_at = now
    assignment.save()
    return assignment


LISTS = ["studies", "sources", "batches", "comments", "judgments"]


@pytest.mark.parametrize("name", LISTS)
def test_an_annotator_gets_403_from_every_list(study: Study, name: str) -> None:
    annotator = factories.join(study).user
    assert annotator is not None

    status, _ = get(annotator, f"/api/{name}/?study={study.public_id}")

    assert status == 403


@pytest.mark.parametrize("name", LISTS)
def test_a_stranger_is_asked_for_a_login(study: Study, name: str) -> None:
    status, _ = get(None, f"/api/{name}/?study={study.public_id}")

    assert status == 401


def test_a_researcher_sees_their_own_studies_alone(
    study: Study, researcher: User
) -> None:
    other = factories.make_open_study()

    listed = results(researcher, "/api/studies/")

    assert [entry["key"] for entry in listed] == [study.key]
    assert get(researcher, f"/api/studies/{other.public_id}/")[0] == 404
    assert get(researcher, f"/api/studies/{other.public_id}/progress/")[0] == 404
    assert results(researcher, f"/api/comments/?study={other.public_id}") == []


def test_an_admin_sees_every_study(study: Study) -> None:
    listed = results(factories.make_admin(), "/api/studies/")

    assert [entry["key"] for entry in listed] == [study.key]


def test_comments_come_with_their_source_and_can_be_narrowed(
    study: Study, researcher: User
) -> None:
    key = study.sources.order_by("key")[0].key

    comments = results(
        researcher, f"/api/comments/?study={study.public_id}&source={key}"
    )

    assert len(comments) == 2
    assert {comment["source"] for comment in comments} == {key}
    assert {comment["origin"] for comment in comments} == {"ai"}


def test_judgments_are_the_long_table_of_what_is_submitted(
    study: Study, researcher: User
) -> None:
    membership = factories.join(study)
    judge(membership, state=AssignmentState.SUBMITTED)
    judge(factories.join(study), state=AssignmentState.ACTIVE)

    rows = results(researcher, f"/api/judgments/?study={study.public_id}")

    assert len(rows) == 5
    assert {row["annotator_id"] for row in rows} == {membership.code}
    assert {row["order"] for row in rows} == {1, 2, 3, 4, 5}
    assert {(row["verdict"], row["score"], row["seconds"]) for row in rows} == {
        ("human", 4, 2.5)
    }
    assert sum(bool(row["is_human"]) for row in rows) == 2


def test_judgments_leave_out_excluded_annotators(
    study: Study, researcher: User
) -> None:
    membership = factories.join(study)
    judge(membership, state=AssignmentState.SUBMITTED)
    Membership.objects.filter(pk=membership.pk).update(
        excluded_at=timezone.now(), exclusion_reason="one answer throughout"
    )

    rows = results(researcher, f"/api/judgments/?study={study.public_id}")

    assert rows == []


def test_no_answer_names_a_person(study: Study, researcher: User) -> None:
    membership = factories.join(study, factories.make_user(username="very-personal"))
    judge(membership, state=AssignmentState.SUBMITTED)

    bodies = [json.dumps(results(researcher, f"/api/{name}/")) for name in LISTS]

    assert not any("very-personal" in body for body in bodies)


def test_progress_counts_what_is_done(study: Study, researcher: User) -> None:
    judge(factories.join(study), state=AssignmentState.SUBMITTED)
    judge(factories.join(study), state=AssignmentState.ACTIVE)

    status, progress = get(researcher, f"/api/studies/{study.public_id}/progress/")

    assert status == 200
    assert progress == {
        "batches": 2,
        "batches_done": 0,
        "places": 6,
        "submitted": 1,
        "in_work": 1,
        "judgments": 5,
        "annotators": 2,
    }


def test_pages_go_on_where_the_last_one_ended(researcher: User) -> None:
    first = get(researcher, "/api/comments/?page_size=4")[1]
    assert isinstance(first, dict)

    second = get(researcher, first["next"])[1]

    assert isinstance(second, dict)
    seen = [c["comment_id"] for page in (first, second) for c in page["results"]]
    assert len(seen) == 8
    assert len(set(seen)) == 8


def test_a_token_opens_the_api_to_a_program(researcher: User) -> None:
    key = factories.make_api_key(researcher)

    response = Client(headers={"Authorization": f"Token {key}"}).get("/api/studies/")

    assert response.status_code == 200


def test_a_list_costs_the_same_number_of_queries_whatever_its_length(
    researcher: User,
) -> None:
    client = Client()
    client.force_login(researcher)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/comments/")
        counts.append(len(queries))
        factories.make_open_study(videos=3, ai_sources=4)
        factories.join(
            Study.objects.latest("pk"), researcher, role=MembershipRole.RESEARCHER
        )

    assert counts[0] == counts[1]


def test_the_schema_describes_every_list(researcher: User) -> None:
    client = Client()
    client.force_login(researcher)

    response = client.get("/api/schema/", headers={"Accept": "application/json"})

    described = json.loads(response.content)
    assert {f"/api/{name}/" for name in LISTS} <= set(described["paths"])
    token = described["components"]["securitySchemes"]["knoxApiToken"]
    assert (token["in"], token["name"]) == ("header", "Authorization")


def test_the_browsable_page_opens_for_researchers_alone(
    study: Study, researcher: User
) -> None:
    client = Client()
    client.force_login(researcher)

    assert client.get("/api/docs/").status_code == 200
    annotator = factories.join(study).user
    assert annotator is not None
    client.force_login(annotator)
    assert client.get("/api/docs/").status_code == 403
