"""The page that sets two studies side by side, its files, and the command."""

import json
from pathlib import Path

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from analysis.__main__ import main
from analysis.export.long_table import csv_blocks
from analysis.models import ReportState, StoredComparison
from analysis.services.comparisons import compute_comparison, request_comparison
from annotation.models import MembershipRole, Study
from tests.analysis.studies import make_judged_study
from tests.factories import join, make_researcher, make_source, make_study, make_video

pytestmark = pytest.mark.django_db


@pytest.fixture
def studies() -> tuple[Study, Study]:
    """Two studies of the same videos; the second has a new version of a source."""
    videos = [make_video() for _ in range(3)]
    old, kept = make_source("bot-1", title="Bot One"), make_source("kept")
    new = make_source("bot-2", title="Bot Two")
    first = make_judged_study(videos=videos, ai_sources=[old, kept], title="First")
    second = make_judged_study(videos=videos, ai_sources=[new, kept], title="Second")
    return first.study, second.study


@pytest.fixture
def person(studies: tuple[Study, Study], client: Client) -> User:
    made = make_researcher()
    for study in studies:
        join(study, made, MembershipRole.RESEARCHER)
    client.force_login(made)
    return made


def address(study: Study, other: Study, **more: str) -> str:
    query = {"other": other.public_id, **more}
    page = reverse("analysis:compare", args=[study.public_id])
    return page + "?" + "&".join(f"{key}={value}" for key, value in query.items())


def opened(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.usefixtures("person")
def test_two_studies_are_compared_by_the_worker_and_kept(
    studies: tuple[Study, Study],
    client: Client,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    first, second = studies
    source = first.declared_sources[0]
    url = address(first, second, **{f"source-{source.pk}": "bot-2"})

    with django_capture_on_commit_callbacks() as sent:
        waiting = opened(client, url)
        opened(client, url)
    compute_comparison(stored_id=StoredComparison.objects.get().pk)  # as the worker
    done = opened(client, url)

    assert len(sent) == 1
    assert "The studies are being compared." in waiting
    assert "First minus Second" in done
    assert "Bot One / Bot Two" in done
    assert 'src="data:image/svg+xml;base64,' in done
    file = url.replace("/compare/?", "/compare.{}?")
    kinds = {"csv": b"source,", "pdf": b"%PDF", "png": b"\x89PNG", "latex": b"\\begin"}
    for style, opening in kinds.items():
        response = client.get(file.format(style) + "&width=3.3")
        assert response.content.startswith(opening), style
    kept = json.loads(client.get(file.format("json")).content)
    paths = [tmp_path / "first.csv", tmp_path / "second.csv"]
    for path, study in zip(paths, studies, strict=True):
        path.write_bytes(b"".join(csv_blocks(study)))
    pairs = "human=human,bot-1=bot-2,kept=kept"
    main(["compare", *map(str, paths), "--pairs", pairs, "--format", "json"])
    again = json.loads(capsys.readouterr().out)
    assert again["fingerprints"] == kept["fingerprints"]
    assert again["shared_videos"] == kept["shared_videos"] == 3
    for here, there in zip(again["pairs"], kept["pairs"], strict=True):
        assert {k: v for k, v in here.items() if "title" not in k} == {
            k: v for k, v in there.items() if "title" not in k
        }


@pytest.mark.usefixtures("person")
def test_sources_of_the_same_name_are_compared_if_nothing_is_said(
    studies: tuple[Study, Study], client: Client
) -> None:
    opened(client, address(*studies))

    (stored,) = StoredComparison.objects.all()
    assert [pair[0] for pair in stored.pairs][1:] == ["kept"]


@pytest.mark.usefixtures("person")
def test_only_ones_own_studies_are_offered(
    studies: tuple[Study, Study], client: Client
) -> None:
    first, second = studies
    foreign = make_judged_study(title="Foreign").study
    draft = make_study(title="Unsealed")

    text = opened(client, reverse("analysis:compare", args=[first.public_id]))
    refused = opened(client, address(first, foreign))

    assert f'value="{second.public_id}"' in text
    for hidden in (first, foreign, draft):
        assert f'value="{hidden.public_id}"' not in text
    assert "Select a valid choice" in refused
    assert not StoredComparison.objects.exists()
    file = reverse("analysis:compare_file", args=[first.public_id, "csv"])
    assert client.get(f"{file}?other={foreign.public_id}").status_code == 404
    again = reverse("analysis:compare_again", args=[first.public_id])
    assert client.post(f"{again}?other={foreign.public_id}").status_code == 404


@pytest.mark.usefixtures("person")
def test_a_comparison_that_failed_says_so_and_can_be_tried_again(
    studies: tuple[Study, Study], client: Client
) -> None:
    url = address(*studies)
    opened(client, url)
    StoredComparison.objects.update(state=ReportState.FAILED, error="no memory left")

    failed = opened(client, url)
    client.post(url.replace("/compare/", "/compare/again/"))

    assert "no memory left" in failed
    assert StoredComparison.objects.get().state == ReportState.WAITING


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "lost"}, "comparison_state_is_known"),
        ({"state": "done"}, "done_comparison_has_content"),
    ],
)
def test_the_database_refuses_a_senseless_comparison(
    studies: tuple[Study, Study], changes: dict[str, str], constraint: str
) -> None:
    first, second = studies
    request_comparison(study=first, other=second, pairs=[("human", "human")])

    with pytest.raises(IntegrityError, match=constraint):
        StoredComparison.objects.update(**changes)


def test_the_database_refuses_a_study_against_itself(
    studies: tuple[Study, Study],
) -> None:
    with pytest.raises(IntegrityError, match="study_is_compared_with_another"):
        request_comparison(study=studies[0], other=studies[0], pairs=[])
