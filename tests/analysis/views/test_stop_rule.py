"""The stop rule: set before the seal, stated by every report."""

import json
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import analysis
from analysis.judgments.arrays import Judgments
from analysis.models import StudyStopRule
from analysis.planning.simulation import Design, paper_sources, simulate
from analysis.reporting.stop_rule import StopRule
from analysis.reporting.stopping import stop_rule_sentence
from analysis.services.registrations import Words, register
from analysis.services.rule_outlook import rule_outlook
from analysis.services.stop_rules import set_stop_rule
from annotation.models import MembershipRole, Study
from tests.factories import (
    join,
    make_open_study,
    make_researcher,
    make_study,
    open_study,
)

RULE_SET = "2026-03-01T12:30:00+00:00"


@pytest.mark.parametrize(
    ("half_width", "expected"),
    [(49.0, " Met: the widest is "), (0.5, " Not met: the widest is ")],
)
def test_a_report_says_whether_its_rule_is_met(
    half_width: float, expected: str
) -> None:
    design = Design(12, 30, redundancy=3, sources=paper_sources(models=2))
    data = simulate(design, np.random.default_rng(3))

    report = analysis.report(
        data, replicates=0, stop_rule=StopRule(half_width, RULE_SET)
    )

    told = stop_rule_sentence(report)
    assert told.startswith(
        f"Every source within ±{half_width:g} points, set 2026-03-01 12:30 UTC. "
    )
    assert expected in told
    table = next(table for table in report.tables if table.key == "half_widths")
    widths = [float(row["half_width"] or 0) for row in table.records()]
    assert f"±{max(widths):.2f}" in told
    assert {row["within"] for row in table.records()} == {
        "yes" if half_width > 40 else "no"
    }


def test_a_source_without_an_interval_keeps_the_rule_from_being_met() -> None:
    design = Design(12, 30, redundancy=3, sources=paper_sources(models=2))
    data = simulate(design, np.random.default_rng(3))
    kept = data.annotator == 0
    one = Judgments(
        **{
            field: getattr(data, field)
            for field in Judgments.__dataclass_fields__
            if field not in ROWS
        },
        **{field: getattr(data, field)[kept] for field in ROWS},
    )

    report = analysis.report(one, replicates=0, stop_rule=StopRule(49, RULE_SET))

    assert "Not met: no interval yet for " in stop_rule_sentence(report)


ROWS = (
    "annotator",
    "comment",
    "verdict",
    "score",
    "order",
    "seconds",
    "assignment_no",
    "started_at",
)


def ruled(client: Client) -> Study:
    """A draft with a researcher logged in."""
    study = make_study(videos=2)
    person = make_researcher()
    join(study, person, MembershipRole.RESEARCHER)
    client.force_login(person)
    return study


@pytest.mark.django_db
def test_a_researcher_sets_the_rule_of_a_draft(client: Client) -> None:
    study = ruled(client)
    url = reverse("analysis:study_plan", args=[study.public_id])

    response = client.post(url, {"half_width": "2.5"}, follow=True)

    rule = StudyStopRule.objects.get(study=study)
    assert rule.half_width == 2.5
    assert (timezone.now() - rule.set_at).total_seconds() < 60
    assert "The stop rule is saved" in response.content.decode()
    event = study.events.get(action="stop rule set")
    assert event.detail == {"half_width": {"from": None, "to": 2.5}}


@pytest.mark.django_db
def test_an_empty_field_drops_the_rule(client: Client) -> None:
    study = ruled(client)
    set_stop_rule(study=study, half_width=3, actor=None)

    client.post(
        reverse("analysis:study_plan", args=[study.public_id]), {"half_width": ""}
    )

    assert not StudyStopRule.objects.exists()
    assert study.events.filter(action="stop rule set").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("width", ["0", "-1", "51", "wide"])
def test_a_senseless_width_is_refused_with_the_form(client: Client, width: str) -> None:
    study = ruled(client)

    response = client.post(
        reverse("analysis:study_plan", args=[study.public_id]), {"half_width": width}
    )

    assert response.status_code == 422
    assert not StudyStopRule.objects.exists()


@pytest.mark.django_db
def test_after_the_seal_the_rule_is_shown_and_fixed(client: Client) -> None:
    study = ruled(client)
    set_stop_rule(study=study, half_width=3, actor=None)
    open_study(study)
    url = reverse("analysis:study_plan", args=[study.public_id])

    text = client.get(url).content.decode()
    response = client.post(url, {"half_width": "30"})

    assert "Every source within ±3 points" in text
    assert "Save stop rule" not in text
    assert response.status_code == 409
    assert StudyStopRule.objects.get().half_width == 3


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["update", "delete", "insert"])
def test_the_database_keeps_the_rule_of_a_sealed_study(change: str) -> None:
    study = make_study()
    if change != "insert":
        set_stop_rule(study=study, half_width=3, actor=None)
    open_study(study)

    with pytest.raises(IntegrityError, match="stop_rule_is_fixed_with_the_seal"):
        _tamper(study, change)


def _tamper(study: Study, change: str) -> None:
    rule = StudyStopRule.objects.filter(study=study)
    if change == "update":
        rule.update(half_width=30)
    elif change == "delete":
        rule.delete()
    else:
        StudyStopRule.objects.create(study=study, half_width=3, set_at=timezone.now())


@pytest.mark.django_db
def test_the_database_refuses_a_senseless_rule() -> None:
    with pytest.raises(IntegrityError, match="stop_half_width_is_up_to_50"):
        StudyStopRule.objects.create(
            study=make_study(), half_width=51, set_at=timezone.now()
        )


@pytest.mark.django_db
def test_a_draft_with_a_rule_can_be_deleted() -> None:
    from annotation.services.studies.study import delete_study

    study = make_study()
    set_stop_rule(study=study, half_width=3, actor=None)

    delete_study(study=study)

    assert not StudyStopRule.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db
def test_page_and_bundle_state_the_rule(client: Client, tmp_path: Path) -> None:
    study = ruled(client)
    set_stop_rule(study=study, half_width=3, actor=None)
    open_study(study)

    text = client.get(
        reverse("analysis:report", args=[study.public_id])
    ).content.decode()
    call_command("report_bundle", study.key, "-o", str(tmp_path / "b.zip"))

    assert "Every source within ±3 points" in text
    with ZipFile(tmp_path / "b.zip") as packed:
        provenance = json.loads(packed.read("provenance.json"))
        assert (
            "Stop rule: Every source within ±3 points"
            in packed.read("README.md").decode()
        )
    assert provenance["stop_rule"]["half_width"] == 3


@pytest.mark.django_db
def test_the_planner_of_a_study_starts_with_its_own_design(client: Client) -> None:
    study = make_open_study(videos=3, redundancy=4)
    person = make_researcher()
    join(study, person, MembershipRole.RESEARCHER)
    client.force_login(person)

    text = client.get(
        reverse("analysis:study_plan", args=[study.public_id])
    ).content.decode()

    assert 'name="videos" value="3"' in text
    assert 'name="redundancy" value="4"' in text


@pytest.mark.parametrize(
    ("half_width", "says"),
    [
        (5.0, "can't meet the stop rule of ±5 points: simulated"),
        (45.0, "can meet the stop rule of ±45 points: simulated"),
    ],
)
@pytest.mark.django_db
def test_a_rule_is_held_against_the_simulated_design_before_the_seal(
    client: Client, half_width: float, says: str
) -> None:
    study = make_study(videos=8)
    set_stop_rule(study=study, half_width=half_width, actor=None)
    person = make_researcher()
    join(study, person, MembershipRole.RESEARCHER)
    client.force_login(person)
    part = reverse("analysis:rule_outlook", args=[study.public_id])

    told = client.get(part, headers={"HX-Request": "true"}).content.decode()

    assert says in told
    assert "8 videos, 3 annotators per video, 24 annotators in all" in told
    for name in ("analysis:study_plan", "annotation:study_seal"):
        page = client.get(reverse(name, args=[study.public_id])).content.decode()
        assert f'hx-get="{part}"' in page


@pytest.mark.django_db
def test_a_registered_number_of_annotators_is_what_is_simulated() -> None:
    study = make_study(videos=8)
    set_stop_rule(study=study, half_width=5, actor=None)
    register(study=study, words=Words("It passes.", annotators=4), actor=None)

    found = rule_outlook(study)

    assert found is not None
    assert (found.design.annotators, found.is_planned) == (4, True)
    assert found.is_out_of_reach
    assert rule_outlook(make_study()) is None
