"""The human evaluation datasheet: every element of the form, and nothing invented."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from analysis.export.heds.form import CRITERION, questions
from analysis.export.heds.making import datasheet
from analysis.services.registrations import Words, register
from annotation.models import Study
from tests.analysis.studies import make_judged_study
from tests.analysis.views.report_pages import judged_study, researcher_of
from tests.factories import make_admin, make_open_study, make_study

pytestmark = pytest.mark.django_db

CRITERIA = {"Human or AI", "Realism score"}


def uploaded(study: Study, tmp_path: Path) -> dict[str, Any]:
    file = tmp_path / "sheet.json"
    call_command("export_heds", study.key, "-o", str(file))
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def test_the_form_has_the_62_questions_and_each_of_their_elements() -> None:
    form = questions()

    by_section = [
        sum(number.startswith(f"{section}.") for number in form)
        for section in range(1, 6)
    ]
    assert by_section == [9, 5, 23, 21, 4]
    # As counted in the form: fields, options, and a description to each group.
    assert sum(not one.is_chosen for one in form.values()) == 35
    assert sum(one.options for one in form.values()) == 506
    assert sum(one.is_of_criteria for one in form.values()) == 21


def test_the_upload_holds_every_element_with_a_value_of_its_kind(
    tmp_path: Path,
) -> None:
    stored = uploaded(judged_study(repeat_every=3).study, tmp_path)

    assert set(stored.pop(CRITERION)["control"]) == CRITERIA
    assert len(stored) == 35 + 506 + 27
    for one in questions().values():
        keys = CRITERIA if one.is_of_criteria else {""}
        if not one.is_chosen:
            values = stored[one.element]["data"]
            assert set(values) == keys
            assert all(isinstance(value, str) for value in values.values())
            assert one.kind == "text" or values[""].isdigit()
            continue
        for key in keys:
            chosen = {
                option
                for option in range(1, one.options + 1)
                if stored[one.option_element(option)]["data"][key] is True
            }
            assert len(chosen) <= 1 or one.kind == "any"
            assert not chosen & one.none or len(chosen) == 1
            said = stored[one.description_element]["data"][key]
            assert said or not chosen & one.described


def test_it_says_what_the_study_was_and_what_people_answered(tmp_path: Path) -> None:
    study = judged_study(attention_checks_per_batch=2, required_play_percent=80).study

    stored = uploaded(study, tmp_path)

    design = "heds-sample_evaluators_design-"
    elicitation = f"{CRITERION}-response_elicitation-"
    evaluators = stored[f"{design}evaluators-number_of_evaluators"]
    assert evaluators == {"data": {"": "3"}, "control": {}, "number": "3.2.1"}
    seen = f"{design}experimental_design-what_evaluators_see-description"
    assert "80 % of the video" in stored[seen]["data"][""]
    checks = f"{design}experimental_design-quality_assurance-method-2"
    assert stored[checks]["data"][""] is True
    sizes = stored[f"{elicitation}size_of_scale"]["data"]
    assert sizes == {"Human or AI": "2", "Realism score": "6"}
    agreed = stored[f"{elicitation}inter_annotator-agreement_score"]["data"]
    assert agreed["Human or AI"].startswith("pairwise agreement, %: ")
    assert "alpha (ordinal)" in agreed["Realism score"]


def test_what_nobody_told_the_platform_is_left_and_listed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    study = judged_study(pay="9 GBP an hour").study

    stored = uploaded(study, tmp_path)

    listed = capsys.readouterr().out
    for number in ("1.1.1", "1.3.2.3", "2.4", "3.2.2.1", "3.3.3.1", "4.1.1", "5.1"):
        assert f"**{number}**" in listed
    assert "“9 GBP an hour”" in listed
    assert stored["heds-ethics-review_body"]["data"] == {"": ""}
    assert not any(
        stored[f"heds-system-input_languages-{option}"]["data"][""]
        for option in range(1, 186)
    )


def test_a_plan_is_told_before_anybody_judges_and_figures_are_left() -> None:
    study = make_study()
    register(study=study, words=Words("Alpha passes less often."), actor=None)

    sheet = datasheet(study, None)

    numbers = {one.question.number for one in sheet.left}
    assert "3.3.1" not in numbers
    assert {"3.2.1", "4.3.11.2"} <= numbers


def test_the_page_offers_it_and_says_how_much_is_left(client: Client) -> None:
    study = judged_study().study
    client.force_login(researcher_of(study))
    link = reverse("analysis:datasheet_file", args=[study.public_id, "json"])
    to_do = reverse("analysis:datasheet_file", args=[study.public_id, "md"])

    page = client.get(reverse("analysis:downloads", args=[study.public_id]))

    assert f'href="{link}"' in page.content.decode()
    assert CRITERION in json.loads(client.get(link).content)
    assert "**5.1**" in client.get(to_do).content.decode()


def test_excluded_people_are_told_of_without_claiming_why() -> None:
    from annotation.services.people.exclusions import exclude_annotator

    judged = make_judged_study(annotators=4)
    exclude_annotator(
        membership=judged.annotators[0],
        reason="Asked to be left out.",
        actor=make_admin(),
    )

    sheet = datasheet(judged.study, None)

    assert "3.3.3.1" not in sheet.answers


def test_a_study_without_judgments_can_be_described() -> None:
    sheet = datasheet(make_open_study(), None)

    assert 0 < sheet.answered < len(questions())
