"""The page of judged comments: its lists, filters and verdicts."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from analysis.models import JudgedComment, StoredReport
from annotation.instrument import Verdict
from annotation.models import BatchComment, MembershipRole
from annotation.services.people.exclusions import exclude_annotator
from tests.analysis.studies import Answer, Judged, make_judged_study, submit
from tests.factories import join, make_researcher, make_source, make_video

pytestmark = pytest.mark.django_db


def by_position(comment: BatchComment, annotator: int) -> Answer:
    """Alpha convinces everybody, beta one of three; people convince two of three."""
    says_human = {"alpha": True, "beta": annotator == 0}.get(
        comment.source.key, annotator > 0
    )
    return (Verdict.HUMAN, 5) if says_human else (Verdict.AI, 1)


@pytest.fixture
def judged(client: Client) -> Judged:
    """Two videos of two categories, judged by three; a researcher is logged in."""
    study = make_judged_study(
        ai_sources=[make_source("alpha", title="Alpha One"), make_source("beta")],
        videos=[make_video(category="Pets"), make_video(category="Music")],
        judge=by_position,
    )
    person = make_researcher()
    join(study.study, person, MembershipRole.RESEARCHER)
    client.force_login(person)
    return study


def shown(client: Client, judged: Judged, **asked: str) -> str:
    url = reverse("analysis:comments", args=[judged.study.public_id])
    response = client.get(url, asked)
    assert response.status_code == 200
    return response.content.decode()


def votes(text: str) -> list[tuple[int, int]]:
    """How many of how many verdicts are Human, in the order of the page."""
    found = re.findall(r"(\d+) of (\d+) verdicts? Human", text)
    return [(int(humans), int(verdicts)) for humans, verdicts in found]


def test_the_most_convincing_model_comments_come_first(
    client: Client, judged: Judged
) -> None:
    text = shown(client, judged)

    assert votes(text) == [(3, 3), (3, 3), (1, 3), (1, 3)]
    assert text.index("Alpha One\n") < text.index("Beta\n")


def test_human_comments_can_be_asked_for_the_most_doubted_first(
    client: Client, judged: Judged
) -> None:
    text = shown(client, judged, list="doubted")

    assert votes(text) == [(2, 3)] * 4


def test_where_annotators_split_comes_first_in_the_third_list(
    client: Client, judged: Judged
) -> None:
    text = shown(client, judged, list="split")

    assert votes(text)[-2:] == [(3, 3), (3, 3)]
    assert len(votes(text)) == 8


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"source": "beta"}, [(1, 3), (1, 3)]),
        ({"category": "Pets"}, [(3, 3), (1, 3)]),
        ({"agreement": "alike"}, [(3, 3), (3, 3)]),
        ({"agreement": "divided", "category": "Music"}, [(1, 3)]),
        ({"agreement": "even"}, []),
        ({"source": "nobody"}, []),
    ],
)
def test_filters_narrow_the_list(
    client: Client,
    judged: Judged,
    asked: dict[str, str],
    expected: list[tuple[int, int]],
) -> None:
    text = shown(client, judged, **asked)

    assert votes(text) == expected
    assert ("No comments match these filters" in text) == (not expected)


def test_every_verdict_on_a_comment_is_named(client: Client, judged: Judged) -> None:
    text = shown(client, judged, source="beta", category="Pets")

    lines = [" ".join(line.split()) for line in text.split("<li>")]
    first, second = judged.annotators[:2]
    assert f"{first.code}: Human, 5 </li>" in lines[-3] + lines[-2] + lines[-1]
    assert any(line.startswith(f"{second.code}: AI, 1 </li>") for line in lines)


def test_a_filter_that_changes_swaps_the_list_alone(
    client: Client, judged: Judged
) -> None:
    shown(client, judged)
    url = reverse("analysis:comments", args=[judged.study.public_id])

    response = client.get(url, {"source": "beta"}, headers={"HX-Request": "true"})

    text = response.content.decode()
    assert text.strip().startswith('<section id="judged-comments"')
    assert "<form" not in text


def test_an_excluded_annotator_s_verdicts_are_not_shown(
    client: Client, judged: Judged
) -> None:
    out = judged.annotators[0]
    exclude_annotator(membership=out, actor=make_researcher(), reason="asleep")

    text = shown(client, judged, source="beta")

    assert votes(text) == [(0, 2), (0, 2)]
    assert out.code not in text


def test_the_comments_go_with_the_report_that_they_belong_to(
    client: Client, judged: Judged
) -> None:
    shown(client, judged)
    batch = judged.study.batches.all()[0]
    batch.place_count += 1
    batch.save()
    comments = list(batch.batch_comments.select_related("source", "batch"))
    submit(join(judged.study), comments, by_position, number=1, annotator=3)

    text = shown(client, judged, source="alpha")

    assert votes(text) == [(4, 4), (3, 3)]
    assert StoredReport.objects.count() == 1
    assert JudgedComment.objects.count() == 8


def test_a_page_asks_the_database_no_more_for_more_comments(
    client: Client,
    judged: Judged,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    shown(client, judged)

    with django_assert_max_num_queries(20):
        shown(client, judged, list="split")


def test_annotators_and_strangers_see_no_comments(
    client: Client, judged: Judged
) -> None:
    url = reverse("analysis:comments", args=[judged.study.public_id])
    annotator = judged.annotators[0].user
    assert annotator is not None

    statuses = []
    for person in (annotator, make_researcher()):
        client.force_login(person)
        statuses.append(client.get(url).status_code)

    assert statuses == [403, 404]
