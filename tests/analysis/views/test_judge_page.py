"""The page of a judge: people's rows first, marked rows under them, and the card."""

import csv
import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import (
    DjangoCaptureOnCommitCallbacks,
    Settings,
)

from analysis.models import ChoiceKind, ReportState, StoredEstimate, StudyJudge
from analysis.services.judges import compute_estimate, compute_judge, record_choice
from annotation.models import Study
from tests.analysis.judge.studies import make_half_judged_study
from tests.factories import make_admin, make_open_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(make_admin())
    return client


def address(study: Study, name: str = "judge", *more: str) -> str:
    return reverse(f"analysis:{name}", args=[study.public_id, *more])


def text_of(client: Client, study: Study) -> str:
    response = client.get(address(study))
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_judge_is_fitted_and_shown_under_peoples_results(researcher: Client) -> None:
    study = make_half_judged_study()
    before = text_of(researcher, study)
    assert "Fit a judge" in before
    assert "with judge" not in before

    assert researcher.post(address(study, "judge_again")).status_code == 303

    text = text_of(researcher, study)
    judge = StudyJudge.objects.get()
    mark = f"† with judge surface features, version {judge.version[:12]}"
    assert text.count(mark) == 3
    assert text.index("Viewers") < text.index(mark)  # people's row comes first
    assert "People judged 32 of 40 videos (10 annotators)." in text
    for words in (
        *("Judge card", judge.version, judge.training_hash, "One person", "Epsilon"),
        *("Bias by source", "ranking of the sources", "Cheap cues", "Brier score"),
    ):
        assert words in text
    page = researcher.get(address(study)).content.decode()
    assert page.count("<circle cx=") == 10  # the reliability picture


def test_fitting_again_without_newer_judgments_says_so(researcher: Client) -> None:
    study = make_half_judged_study(videos=8, judged=6)
    again = address(study, "judge_again")
    first = researcher.post(again, follow=True).content.decode()

    second = researcher.post(again, follow=True).content.decode()

    words = "No judgment is newer than this judge. Nothing was changed."
    assert words not in first
    assert words in second
    assert StudyJudge.objects.count() == 1


def test_the_name_of_our_own_judge_is_translated(
    researcher: Client, settings: Settings
) -> None:
    study = make_half_judged_study(videos=8, judged=6)
    researcher.post(address(study, "judge_again"))
    settings.LANGUAGE_CODE = "zh-hans"

    page = researcher.get(address(study), headers={"Accept-Language": "zh-hans"})

    text = page.content.decode()
    assert "表面特征" in text
    assert "with judge surface features" not in text


def test_the_page_says_how_many_judged_videos_are_needed(researcher: Client) -> None:
    study = make_half_judged_study()
    researcher.post(address(study, "judge_again"))

    first = researcher.get(address(study)).content.decode()
    wide = researcher.get(address(study), {"half_width": "20"}).content.decode()
    wrong = researcher.get(address(study), {"half_width": "0"}).content.decode()

    assert "Judged videos for ±5 points" in first
    assert "Judged videos for ±20 points" in wide
    assert "Judged videos for" not in wrong
    assert "greater than or equal to 0.5" in wrong


def test_the_page_says_why_there_is_no_estimate(researcher: Client) -> None:
    study = make_half_judged_study(videos=8, judged=6)
    researcher.post(address(study, "judge_again"))
    record_choice(study=study, kind=ChoiceKind.BY_HAND)

    text = text_of(researcher, study)

    assert (
        "No estimate with a judge: The judged videos were not drawn at random" in text
    )
    assert "People judged only 6 videos; 30 are needed." in text
    assert "Not shown." in text
    assert "Viewers" in text  # people's results stay


def test_a_study_without_enough_to_learn_from_says_so(researcher: Client) -> None:
    study = make_open_study()
    researcher.post(address(study, "judge_again"))

    text = text_of(researcher, study)

    assert (
        "The judge couldn't be fitted: A judge needs at least 5 videos with judgments."
        in text
    )
    assert "Try again" in text


def test_a_large_study_waits_for_the_worker(
    researcher: Client,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.REPORT_INLINE_JUDGMENTS = 0
    study = make_half_judged_study(videos=8, judged=6)
    with django_capture_on_commit_callbacks() as queued:
        researcher.post(address(study, "judge_again"))
    assert len(queued) == 1
    assert "being fitted" in text_of(researcher, study)
    fragment = researcher.get(address(study), headers={"HX-Request": "true"})
    assert b'id="pending"' in fragment.content

    compute_judge(stored_id=StudyJudge.objects.get().pk)  # as the worker does
    with django_capture_on_commit_callbacks() as queued:
        assert "being fitted" in text_of(researcher, study)
    assert len(queued) == 1
    compute_estimate(stored_id=StoredEstimate.objects.get().pk)

    answer = researcher.get(address(study), headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"
    assert "Judge card" in text_of(researcher, study)


def test_a_judge_that_failed_is_fitted_again(researcher: Client) -> None:
    study = make_half_judged_study(videos=8, judged=6)
    researcher.post(address(study, "judge_again"))
    StoredEstimate.objects.update(state=ReportState.FAILED, error="no memory left")
    assert "couldn't be computed: no memory left" in text_of(researcher, study)

    researcher.post(address(study, "judge_again"))

    assert "Judge card" in text_of(researcher, study)


def test_estimates_and_guesses_are_files(researcher: Client) -> None:
    study = make_half_judged_study()
    assert researcher.get(address(study, "judge_file", "csv")).status_code == 404
    researcher.post(address(study, "judge_again"))

    def file(style: str) -> str:
        response = researcher.get(address(study, "judge_file", style))
        assert response.status_code == 200
        return response.content.decode()

    rows = [*csv.DictReader(io.StringIO(file("csv")))]
    assert [row["estimate_kind"] for row in rows] == ["people", "people+judge"] * 3
    assert all(row["judge_version"] for row in rows[1::2])
    assert not any(row["judge_version"] for row in rows[::2])
    assert r"\dag{}" in file("latex")
    assert "estimate_kind" not in file("guesses").splitlines()[0]
    assert len(file("guesses").splitlines()) == 1 + 120
    assert researcher.get(address(study, "judge_file", "exe")).status_code == 404
