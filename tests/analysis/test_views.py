"""The report page: who may see it, what it shows, how it keeps up."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.models import User
from analysis import requests, services
from analysis.models import ReportState, StoredReport
from analysis.services import compute_report, request_report
from annotation.models import Membership, MembershipRole, Study
from annotation.services.exclusions import exclude_annotator
from tests.analysis.studies import Judged, make_judged_study
from tests.factories import (
    join,
    make_admin,
    make_open_study,
    make_researcher,
    make_source,
)

pytestmark = pytest.mark.django_db


def researcher_of(study: Study) -> User:
    person = make_researcher()
    join(study, person, MembershipRole.RESEARCHER)
    return person


def page(client: Client, study: Study, person: User | None = None) -> str:
    client.force_login(person or researcher_of(study))
    response = client.get(reverse("analysis:report", args=[study.public_id]))
    assert response.status_code == 200
    return response.content.decode()


def judged_study(**fields: Any) -> Judged:  # noqa: ANN401  (of the study)
    return make_judged_study(
        ai_sources=[make_source("alpha", title="Alpha One"), make_source("beta")],
        **fields,
    )


def test_the_page_opens_with_the_result_in_words(client: Client) -> None:
    text = page(client, judged_study().study)

    assert "is taken for human in" in text
    assert "From 36 judgments of 12 comments under 3 videos by 3 annotators" in text
    assert '<th scope="row">\n              Alpha One' in text


def test_page_command_and_file_agree_to_the_last_digit(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.core.management import call_command

    study = judged_study().study
    client.force_login(researcher_of(study))

    response = client.get(
        reverse("analysis:report_file", args=[study.public_id, "json"])
    )
    call_command("report", study.key, "--format", "json")

    assert response.content.decode() == capsys.readouterr().out
    assert 'filename="' + study.key in response["Content-Disposition"]


@pytest.mark.parametrize("style", ["json", "csv", "md", "html", "latex"])
def test_every_report_file_can_be_taken_away(client: Client, style: str) -> None:
    study = judged_study().study
    client.force_login(researcher_of(study))

    response = client.get(
        reverse("analysis:report_file", args=[study.public_id, style])
    )

    assert response.status_code == 200
    assert "alpha" in response.content.decode()


@pytest.mark.parametrize("style", ["csv", "parquet", "jsonl"])
def test_every_judgments_file_can_be_taken_away(client: Client, style: str) -> None:
    study = judged_study().study
    client.force_login(researcher_of(study))

    response = client.get(
        reverse("analysis:judgments_file", args=[study.public_id, style])
    )

    content = response.getvalue()
    assert content
    if style != "parquet":
        assert content.count(b"\n") == 36 + (style == "csv")


@pytest.mark.parametrize("name", ["report_file", "judgments_file"])
def test_a_file_of_another_kind_does_not_exist(client: Client, name: str) -> None:
    study = judged_study().study
    client.force_login(researcher_of(study))

    response = client.get(reverse(f"analysis:{name}", args=[study.public_id, "exe"]))

    assert response.status_code == 404


@pytest.mark.parametrize(
    ("name", "more"),
    [("report", []), ("report_file", ["json"]), ("judgments_file", ["csv"])],
)
def test_annotators_and_strangers_see_no_report(
    client: Client, name: str, more: list[str]
) -> None:
    judged = judged_study()
    url = reverse(f"analysis:{name}", args=[judged.study.public_id, *more])
    annotator = judged.annotators[0].user
    assert annotator is not None

    statuses = [client.get(url).status_code]
    for person in (annotator, make_researcher(), make_admin()):
        client.force_login(person)
        statuses.append(client.get(url).status_code)

    assert statuses == [302, 403, 404, 200]


def test_the_api_gives_the_figures_of_the_page(client: Client) -> None:
    judged = judged_study()
    client.force_login(researcher_of(judged.study))
    arguments = [judged.study.public_id]

    answer = client.get(reverse("analysis:api_report", args=arguments))
    file = client.get(reverse("analysis:report_file", args=[*arguments, "json"]))

    assert answer.json() == json.loads(file.content)


def test_the_api_says_when_a_report_is_still_being_computed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "INLINE_JUDGMENTS", 0)
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


def test_an_empty_study_says_so(client: Client) -> None:
    text = page(client, make_open_study())

    assert "No judgments yet." in text
    assert "Traceback" not in text


def test_one_annotator_is_warned_about(client: Client) -> None:
    text = page(client, judged_study(annotators=1).study)

    assert "One annotator has judged so far." in text
    assert "–: needs at least two annotators" in text


def test_simulated_judgments_are_marked(client: Client) -> None:
    text = page(client, judged_study(is_simulated=True).study)

    assert "made by the demo's simulation" in text


def test_new_judgments_make_a_new_report(client: Client) -> None:
    judged = judged_study()
    person = researcher_of(judged.study)
    page(client, judged.study, person)
    Membership.objects.filter(pk=judged.annotators[0].pk).update(
        excluded_at=timezone.now(), exclusion_reason="asleep"
    )

    text = page(client, judged.study, person)

    assert "From 24 judgments" in text
    assert "1 annotator left out" in text
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
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(requests, "INLINE_JUDGMENTS", 0)
    judged = judged_study()
    person = researcher_of(judged.study)

    with django_capture_on_commit_callbacks() as queued:
        first = page(client, judged.study, person)
    compute_report(StoredReport.objects.get().pk)  # as the worker does
    second = page(client, judged.study, person)

    assert len(queued) == 1
    assert "New judgments are being counted" in first
    assert "is taken for human" not in first
    assert "is taken for human" in second


def test_a_study_planned_large_is_computed_in_the_background_from_the_start(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "INLINE_PLACES", 8)  # of nine

    text = page(client, judged_study().study)

    assert "New judgments are being counted" in text


def test_the_older_report_is_shown_while_the_new_one_is_computed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = judged_study()
    person = researcher_of(judged.study)
    page(client, judged.study, person)
    monkeypatch.setattr(requests, "INLINE_JUDGMENTS", 0)
    Study.objects.filter(pk=judged.study.pk).update(title="Renamed")

    text = page(client, judged.study, person)
    waiting = client.get(
        reverse("analysis:report", args=[judged.study.public_id]),
        headers={"HX-Request": "true"},
    )
    download = client.get(
        reverse("analysis:report_file", args=[judged.study.public_id, "md"])
    )

    assert "New judgments are being counted" in text
    assert "is taken for human" in text
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
        requested_at=timezone.now() - services._TAKEN_FOR_LOST * 2,
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
    assert "is taken for human" in mended


def test_the_page_leads_to_the_recorded_decision_on_each_annotator(
    client: Client,
) -> None:
    judged = judged_study()
    person = researcher_of(judged.study)
    out, kept = judged.annotators[:2]
    exclude_annotator(membership=out, actor=person, reason="answered at random")

    text = page(client, judged.study, person)

    assert "Left out: answered at random" in text
    arguments = [judged.study.public_id, kept.code]
    assert reverse("study_exclude", args=arguments) in text
    assert f"Excluded {out.code}" in text


def test_a_comment_is_text_whatever_it_contains(client: Client) -> None:
    judged = judged_study()
    stored, _ = request_report(judged.study)
    compute_report(stored.pk)
    content = StoredReport.objects.get().done_content
    first = content["chapters"]["convincing"][0]
    first["source"] = "<img src=x onerror=alert(1)>"
    StoredReport.objects.update(content=content)

    text = page(client, judged.study)

    assert "<img src=x" not in text


def test_the_page_asks_the_database_no_more_for_more_judgments(
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    judged = judged_study(videos=6, annotators=5)
    person = researcher_of(judged.study)
    page(client, judged.study, person)

    with django_assert_max_num_queries(33):
        page(client, judged.study, person)


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
