"""How reports keep up: computed once for each state of the data, where it fits."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from analysis.models import TAKEN_FOR_LOST, ReportState, StoredReport
from analysis.services.reports import compute_report, request_report
from annotation.models import Membership, Study
from tests.analysis.views.report_pages import judged_study, page, researcher_of
from tests.factories import (
    make_open_study,
)

pytestmark = pytest.mark.django_db


def test_new_judgments_make_a_new_report(client: Client) -> None:
    judged = judged_study()
    person = researcher_of(judged.study)
    page(client, judged.study, person)
    Membership.objects.filter(pk=judged.annotators[0].pk).update(
        excluded_at=timezone.now(), exclusion_reason="asleep"
    )

    text = page(client, judged.study, person)

    assert "Judgments: 24." in text
    assert "1 annotator is excluded" in text
    assert StoredReport.objects.filter(study=judged.study).count() == 1


def test_an_unchanged_study_is_not_computed_twice(client: Client) -> None:
    judged = judged_study()
    person = researcher_of(judged.study)
    page(client, judged.study, person)
    finished = StoredReport.objects.get().finished_at

    page(client, judged.study, person)

    assert StoredReport.objects.get().finished_at == finished


def test_a_large_study_is_computed_in_the_background(
    client: Client,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.REPORT_INLINE_JUDGMENTS = 0
    judged = judged_study()
    person = researcher_of(judged.study)

    with django_capture_on_commit_callbacks() as queued:
        first = page(client, judged.study, person)
    compute_report(StoredReport.objects.get().pk)  # as the worker does
    second = page(client, judged.study, person)

    assert len(queued) == 1
    assert "The report is being computed from the latest judgments" in first
    assert "passed as human" not in first
    assert "passed as human" in second


def test_a_study_planned_large_is_computed_in_the_background_from_the_start(
    client: Client, settings: Settings
) -> None:
    settings.REPORT_INLINE_PLACES = 8  # of nine

    text = page(client, judged_study().study)

    assert "The report is being computed from the latest judgments" in text


def test_the_older_report_is_shown_while_the_new_one_is_computed(
    client: Client, settings: Settings
) -> None:
    judged = judged_study()
    person = researcher_of(judged.study)
    page(client, judged.study, person)
    settings.REPORT_INLINE_JUDGMENTS = 0
    Study.objects.filter(pk=judged.study.pk).update(title="Renamed")

    text = page(client, judged.study, person)
    waiting = client.get(
        reverse("analysis:report", args=[judged.study.public_id]),
        headers={"HX-Request": "true"},
    )
    download = client.get(
        reverse("analysis:report_file", args=[judged.study.public_id, "md"])
    )

    assert "The report is being computed from the latest judgments" in text
    assert "passed as human" in text
    assert "hx-get" in waiting.content.decode()
    assert download.status_code == 503
    assert download["Retry-After"]


def test_the_waiting_page_reloads_once_the_report_is_there(client: Client) -> None:
    judged = judged_study()
    page(client, judged.study)

    response = client.get(
        reverse("analysis:report", args=[judged.study.public_id]),
        headers={"HX-Request": "true"},
    )

    assert response["HX-Refresh"] == "true"


def test_a_report_is_computed_by_one_process_alone() -> None:
    stored, must_compute = request_report(judged_study().study)
    StoredReport.objects.update(state=ReportState.COMPUTING)

    compute_report(stored.pk)

    stored.refresh_from_db()
    assert must_compute
    assert stored.state == ReportState.COMPUTING


def test_a_lost_computation_is_begun_again() -> None:
    study = judged_study().study
    request_report(study)
    StoredReport.objects.update(
        state=ReportState.COMPUTING,
        requested_at=timezone.now() - TAKEN_FOR_LOST * 2,
    )

    stored, must_compute = request_report(study)

    assert must_compute
    assert stored.state == ReportState.WAITING


def test_a_failed_report_says_why_and_can_be_tried_again(client: Client) -> None:
    judged = judged_study()
    person = researcher_of(judged.study)
    request_report(judged.study)
    StoredReport.objects.update(state=ReportState.FAILED, error="a comment has two")

    failed = page(client, judged.study, person)
    client.post(reverse("analysis:again", args=[judged.study.public_id]))
    mended = page(client, judged.study, person)

    assert "a comment has two" in failed
    assert "passed as human" in mended


def test_an_unexpected_error_is_said_at_once_and_can_be_tried_again(
    client: Client,
) -> None:
    study = judged_study().study
    person = researcher_of(study)
    table = "analysis_judgedcomment"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO gone")
    failed = page(client, study, person)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE gone RENAME TO {table}")
    client.post(reverse("analysis:again", args=[study.public_id]))

    mended = page(client, study, person)

    assert "An unexpected error occurred" in failed
    assert "Try again" in failed
    assert "being computed" not in failed
    assert "passed as human" in mended


def test_the_report_is_json_that_holds_no_nan() -> None:
    stored, _ = request_report(judged_study(annotators=1).study)

    compute_report(stored.pk)

    stored.refresh_from_db()
    assert stored.is_done
    assert "NaN" not in json.dumps(stored.content)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "lost"}, "report_state_is_known"),
        ({"state": "done", "content": None}, "done_report_has_content"),
    ],
)
def test_the_database_refuses_a_senseless_report(
    changes: dict[str, object], constraint: str
) -> None:
    from django.db import IntegrityError

    stored, _ = request_report(make_open_study())

    with pytest.raises(IntegrityError, match=constraint):
        StoredReport.objects.filter(pk=stored.pk).update(**changes)
