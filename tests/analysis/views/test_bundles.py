"""The reproduction bundle on the page: asked for, made by a worker, downloaded."""

import io
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.db import IntegrityError
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from analysis.models import TAKEN_FOR_LOST, ReportState, StoredBundle
from analysis.services.bundles import make_stored_bundle, request_bundle
from annotation.models import MembershipRole, Study
from annotation.services.people.exclusions import exclude_annotator
from tests.analysis.studies import Judged, make_judged_study
from tests.factories import join, make_researcher

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged(client: Client, tmp_path: Path) -> Iterator[Judged]:
    """A judged study, its researcher logged in; files go to the test's own folder."""
    made = make_judged_study(videos=2)
    person = make_researcher()
    join(made.study, person, MembershipRole.RESEARCHER)
    client.force_login(person)
    with override_settings(MEDIA_ROOT=str(tmp_path / "media")):
        yield made


def address(name: str, study: Study) -> str:
    return reverse(f"analysis:{name}", args=[study.public_id])


def test_closing_offers_the_bundle_and_the_overview_shows_it_after(
    judged: Judged,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    study = judged.study
    asked = reverse("annotation:study_close", args=[study.public_id])
    overview = reverse("annotation:study", args=[study.public_id])

    offered = client.get(asked).content.decode()
    with django_capture_on_commit_callbacks() as queued:
        response = client.post(address("close_with_bundle", study))
    again = client.post(address("close_with_bundle", study))

    study.refresh_from_db()
    assert f'formaction="{address("close_with_bundle", study)}"' in offered
    assert (response.status_code, response["Location"]) == (303, overview)
    assert study.state == "closed"
    assert len(queued) == 1
    assert again.status_code == 409
    assert address("bundle_state", study) in client.get(overview).content.decode()


@pytest.mark.slow
def test_a_bundle_is_asked_for_made_by_a_worker_and_downloaded(
    judged: Judged,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    study = judged.study
    before = client.get(address("downloads", study)).content.decode()
    with django_capture_on_commit_callbacks() as queued:
        client.post(address("bundle_state", study))
    while_made = client.get(address("downloads", study)).content.decode()
    make_stored_bundle(StoredBundle.objects.get().pk)  # as the worker does
    after = client.get(address("downloads", study)).content.decode()
    response = client.get(address("bundle", study))

    assert "Create the reproduction bundle" in before
    assert len(queued) == 1
    assert "The reproduction bundle is being created" in while_made
    assert address("bundle", study) in after
    with ZipFile(io.BytesIO(response.getvalue())) as packed:
        names = set(packed.namelist())
        assert {"README.md", "judgments.csv", "report.json", "heds.json"} <= names
        assert "pairwise agreement" in packed.read("heds.json").decode()


def test_the_phase_is_shown_while_a_bundle_is_made(
    judged: Judged, client: Client
) -> None:
    bundle, _ = request_bundle(judged.study)
    StoredBundle.objects.update(state=ReportState.COMPUTING, phase="Writing the thing")

    response = client.get(
        address("bundle_state", judged.study), headers={"HX-Request": "true"}
    )

    text = response.content.decode()
    assert text.strip().startswith('<div id="bundle"')
    assert "being created. Writing the thing" in text
    assert bundle.stamp


def test_a_bundle_is_asked_for_once(judged: Judged) -> None:
    asked = [request_bundle(judged.study)[1] for _ in range(2)]

    assert asked == [True, False]


def test_a_lost_bundle_is_begun_again(judged: Judged) -> None:
    request_bundle(judged.study)
    StoredBundle.objects.update(
        state=ReportState.COMPUTING,
        requested_at=timezone.now() - 2 * TAKEN_FOR_LOST,
    )

    _, must_make = request_bundle(judged.study)

    assert must_make


def test_a_failed_bundle_says_why_and_can_be_asked_for_again(
    judged: Judged, client: Client
) -> None:
    bundle, _ = request_bundle(judged.study)
    folder = bundle.path.parent
    folder.parent.mkdir()
    folder.mkdir()
    folder.joinpath(f"{bundle.path.stem}.csv").mkdir()  # where the table should go

    make_stored_bundle(bundle.pk)
    text = client.get(address("downloads", judged.study)).content.decode()

    assert "The bundle couldn't be created" in text
    assert "Is a directory" in text
    assert request_bundle(judged.study)[1]


def test_new_judgments_want_a_new_bundle(judged: Judged, client: Client) -> None:
    request_bundle(judged.study)
    exclude_annotator(
        membership=judged.annotators[0], actor=make_researcher(), reason="asleep"
    )

    text = client.get(address("downloads", judged.study)).content.decode()
    response = client.get(address("bundle", judged.study))

    assert "Create the reproduction bundle" in text
    assert response.status_code == 303


def test_annotators_and_strangers_get_no_bundle(judged: Judged, client: Client) -> None:
    annotator = judged.annotators[0].user
    assert annotator is not None

    statuses = []
    for person in (annotator, make_researcher()):
        client.force_login(person)
        statuses += [
            client.get(address(name, judged.study)).status_code
            for name in ("bundle", "bundle_state")
        ]

    assert statuses == [403, 403, 404, 404]


def test_the_database_refuses_a_bundle_in_no_known_state(judged: Judged) -> None:
    request_bundle(judged.study)

    with pytest.raises(IntegrityError, match="bundle_state_is_known"):
        StoredBundle.objects.update(state="lost")
