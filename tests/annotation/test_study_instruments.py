"""Studies that choose another instrument than the paper's, from start to end."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.instrument import INSTRUMENTS, PAPER
from annotation.models import (
    AttentionCheck,
    Judgment,
    MembershipRole,
    Study,
    TrainingItem,
)
from annotation.selectors.studies.reasons import reasons_against_seal
from annotation.services.studies.preparation import replace_attention_checks
from annotation.services.studies.study import copy_study, update_study
from corpus.models import Origin
from tests import factories
from tests.annotation.views.judging.judge_page.requests import answers, url
from tests.annotation.views.pages import SETTINGS, address, formset

pytestmark = pytest.mark.django_db

TO_TEN = INSTRUMENTS["human-ai-0-10"]
FROM_ONE = INSTRUMENTS["human-ai-1-7"]
UNSURE = INSTRUMENTS["human-ai-unsure-0-5"]


@pytest.fixture
def researcher(client: Client) -> User:
    user = factories.make_researcher()
    client.force_login(user)
    return user


def own(study: Study, researcher: User) -> Study:
    factories.join(study, researcher, MembershipRole.RESEARCHER)
    return study


# --- Choosing -----------------------------------------------------------------------


@pytest.mark.usefixtures("researcher")
def test_the_instrument_is_chosen_on_the_form_of_a_new_study(client: Client) -> None:
    page = client.get(reverse("annotation:study_create")).content.decode()
    data = {"title": "Ten", **SETTINGS, "instrument": TO_TEN.key}
    client.post(reverse("annotation:study_create"), data)

    assert all(instrument.title in page for instrument in INSTRUMENTS.values())
    assert Study.objects.get().instrument == TO_TEN


def test_a_new_study_has_the_papers_instrument() -> None:
    assert factories.make_study().instrument == PAPER


def test_a_plan_names_the_instrument_and_its_checks_fit_it(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    check = '[[checks]]\ntext = "Choose {0}"\nexpected_score = {0}\n'
    plan.write_text(f'title = "Ten"\ninstrument = "{TO_TEN.key}"\n' + check.format(10))
    call_command("create_study", plan)
    plan.write_text(
        f'title = "Seven"\ninstrument = "{FROM_ONE.key}"\n{check.format(0)}'
    )

    with pytest.raises(CommandError, match=r"checks 1: expected_score"):
        call_command("create_study", plan)

    assert Study.objects.get().instrument == TO_TEN


def test_a_plan_with_an_unknown_instrument_is_refused(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text('title = "Ten"\ninstrument = "stars"\n')

    with pytest.raises(CommandError, match=r"instrument: .*stars"):
        call_command("create_study", plan)


def test_a_copy_has_the_same_instrument() -> None:
    study = factories.make_open_study(instrument=FROM_ONE)

    assert copy_study(study=study, actor=None).instrument == FROM_ONE


def test_the_instrument_changes_in_a_draft_alone_and_the_log_names_it() -> None:
    draft = factories.make_study()
    sealed = factories.make_open_study()

    update_study(study=draft, changes={"instrument": TO_TEN}, actor=None)
    with pytest.raises(AnnotationError, match="instrument"):
        update_study(study=sealed, changes={"instrument": TO_TEN}, actor=None)

    detail = draft.events.get(action="settings changed").detail
    assert TO_TEN.key in detail["instrument"]["to"]
    assert Study.objects.get(pk=draft.pk).instrument == TO_TEN


def test_settings_keep_an_instrument_that_is_no_longer_offered(
    client: Client, researcher: User
) -> None:
    old = PAPER.as_json() | {"key": "pilot", "title": "The pilot's"}
    study = own(factories.make_study(instrument=old), researcher)

    page = client.get(address("study_settings", study)).content.decode()
    data = {"title": "New", "key": study.key, **SETTINGS, "instrument": "pilot"}
    client.post(address("study_settings", study), data)

    assert "The pilot&#x27;s" in page
    study.refresh_from_db()
    assert (study.title, study.instrument.key) == ("New", "pilot")


# --- What belongs to it -------------------------------------------------------------


def test_an_attention_check_expects_what_annotators_can_answer(
    client: Client, researcher: User
) -> None:
    study = own(factories.make_study(instrument=FROM_ONE), researcher)
    rows = [{"text": "Choose 7", "expected_score": "7"}]
    wrong = [{"text": "Choose 0", "expected_score": "0"}]

    def send(rows: list[dict[str, str]]) -> int:
        data = {"part": "checks", **formset("checks", rows)}
        return client.post(address("study_preparation", study), data).status_code

    assert (send(rows), send(wrong)) == (303, 422)
    check = AttentionCheck(text="Choose Not sure", expected_verdict="unsure")
    with pytest.raises(AnnotationError, match="Choose Not sure"):
        replace_attention_checks(study=study, checks=[check], actor=None)


def test_a_check_that_no_longer_fits_stands_in_the_way_of_the_seal() -> None:
    study = factories.make_study(instrument=TO_TEN, attention_checks=1)
    study.attention_checks.update(expected_score=10)

    update_study(study=study, changes={"instrument": PAPER}, actor=None)

    assert any("expects an answer" in reason for reason in reasons_against_seal(study))


def test_practice_offers_every_verdict_and_gives_feedback(client: Client) -> None:
    study = factories.make_open_study(instrument=UNSURE)
    TrainingItem.objects.create(
        study=study, position=1, text="practice", origin=Origin.HUMAN
    )
    membership = factories.join(study)
    assert membership.user is not None
    client.force_login(membership.user)
    path = reverse("annotation:training", args=[study.public_id])

    page = client.get(path).content.decode()
    data = {"position": "1", "verdict-1": "unsure", "score-1": "2"}
    feedback = client.post(path, data, follow=True).content.decode()

    assert 'value="unsure"' in page
    assert "You answered Not sure. The right answer is Human." in feedback


def test_the_api_shows_the_instrument_in_full(client: Client, researcher: User) -> None:
    own(factories.make_open_study(instrument=UNSURE), researcher)

    (study,) = client.get("/api/studies/").json()["results"]

    assert study["instrument"]["key"] == UNSURE.key
    assert [v["value"] for v in study["instrument"]["verdicts"]] == [*UNSURE.labels]
    assert study["instrument"]["scale"]["highest"] == 5


def test_the_protocol_names_the_instrument(client: Client, researcher: User) -> None:
    study = own(factories.make_open_study(instrument=TO_TEN), researcher)

    page = client.get(address("study_protocol", study)).content.decode()

    assert "Human or AI, realism 0 to 10" in page
    assert TO_TEN.key in page


# --- Judging ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "verdict", "score", "refused"),
    [
        (TO_TEN.key, "human", "10", "11"),
        (FROM_ONE.key, "ai", "7", "0"),
        (UNSURE.key, "unsure", "5", "6"),
    ],
)
def test_a_batch_is_judged_with_the_studys_own_answers(
    client: Client, key: str, verdict: str, score: str, refused: str
) -> None:
    study = factories.make_open_study(instrument=INSTRUMENTS[key])
    assignment = factories.give_work(factories.join(study))
    assert assignment.membership.user is not None
    client.force_login(assignment.membership.user)
    form = {
        f"{half}-{position}": value
        for position in range(1, 5)
        for half, value in (("verdict", verdict), ("score", score))
    }

    wrong = client.post(url(assignment, "answers/"), answers((1, verdict, refused)))
    submitted = client.post(url(assignment, "submit/"), form)

    assert (wrong.status_code, submitted.status_code) == (422, 303)
    stored = Judgment.objects.filter(presentation__assignment=assignment)
    assert {*stored.values_list("verdict", "realism_score")} == {(verdict, int(score))}


def test_the_judge_page_shows_every_key_also_that_of_ten(client: Client) -> None:
    study = factories.make_open_study(instrument=TO_TEN)
    assignment = factories.give_work(factories.join(study))
    assert assignment.membership.user is not None
    client.force_login(assignment.membership.user)

    response = client.get(url(assignment))

    keys = response.context["sheet"].answer_keys
    assert keys["h"] == ["verdict", "human"]
    assert keys["9"] == ["score", "9"]
    assert keys["t"] == ["score", "10"]
    page = response.content.decode()
    assert "<kbd>0</kbd>–<kbd>9</kbd>, <kbd>T</kbd> = 10" in page
