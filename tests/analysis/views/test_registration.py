"""A preregistration: fixed before anybody judges, and compared with what was done."""

import hashlib
import json

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from analysis.models import Preregistration
from analysis.services.registrations import Words, register
from analysis.services.reports import study_report
from analysis.services.stop_rules import set_stop_rule
from annotation.errors import AnnotationError
from annotation.models import Batch, Membership, Study
from annotation.services.people.exclusions import exclude_annotator
from annotation.services.studies.lifecycle import close_study
from tests.analysis.studies import plausible, submit
from tests.factories import join, make_admin, make_open_study, make_study, open_study

pytestmark = pytest.mark.django_db

SAID = {
    "hypotheses": "Alpha passes less often than people.\r\nBeta does not.",
    "annotators": "2",
    "checks_to_pass": "80",
    "rates": "human=80, alpha=40",
}


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(make_admin())
    return client


def page_of(study: Study) -> str:
    return reverse("analysis:registration", args=[study.public_id])


def file_of(client: Client, study: Study, style: str) -> bytes:
    address = reverse("analysis:registration_file", args=[study.public_id, style])
    content: bytes = client.get(address).content
    return content


def judge(study: Study, person: Membership) -> None:
    for number, batch in enumerate(Batch.objects.filter(study=study), 1):
        comments = list(batch.batch_comments.select_related("source", "batch"))
        submit(person, comments, plausible, number=number)


def told(study: Study) -> dict[str, str]:
    """What the report says of the registration, by label."""
    from analysis.reporting.registration import registration_lines

    return dict(registration_lines(study_report(study, replicates=0)))


def test_a_plan_is_looked_at_registered_and_taken_away(researcher: Client) -> None:
    study = make_study(videos=2, redundancy=2)
    set_stop_rule(study=study, half_width=3.5, actor=None)

    preview = researcher.post(page_of(study), SAID).content.decode()
    assert "Alpha passes less often" in preview.split('id="preview"')[1]
    assert not Preregistration.objects.exists()
    researcher.post(page_of(study), SAID | {"register": "1"})

    stored = Preregistration.objects.get(study=study)
    text = file_of(researcher, study, "md")
    assert hashlib.sha256(text).hexdigest() == stored.sha256
    assert stored.sha256 in researcher.get(page_of(study)).content.decode()
    assert "half-width of every interval, points: 3.5" in text.decode()
    assert "| alpha | 40.0 | " in text.decode()
    assert file_of(researcher, study, "pdf").startswith(b"%PDF")
    assert "within ±3.5 points" in file_of(researcher, study, "aspredicted").decode()
    osf = json.loads(file_of(researcher, study, "osf"))
    assert osf["document_sha256"] == stored.sha256
    assert "80 % of attention checks" in osf["responses"]["Data exclusion"]


def test_a_plan_needs_hypotheses(researcher: Client) -> None:
    response = researcher.post(page_of(make_study()), {"register": "1"})

    assert response.status_code == 422
    assert not Preregistration.objects.exists()


def test_nobody_registers_after_the_opening_or_changes_what_is_registered() -> None:
    study = make_study(videos=1)
    words = Words(hypotheses="People pass.")
    stored = register(study=study, words=words, actor=None)
    with pytest.raises(AnnotationError, match="preregistered already"):
        register(study=study, words=words, actor=None)
    open_study(study)

    with pytest.raises(AnnotationError):
        register(study=make_open_study(), words=words, actor=None)
    for change in ({"text": "Other."}, {"registered_at": study.opened_at}):
        with (
            pytest.raises(IntegrityError, match="preregistration_never_changes"),
            transaction.atomic(),
        ):
            Preregistration.objects.update(**change)
    with (
        pytest.raises(IntegrityError, match="preregistration_never_changes"),
        transaction.atomic(),
    ):
        Preregistration.objects.all().delete()
    late = Preregistration(
        study=make_open_study(),
        plan=stored.plan,
        text=stored.text,
        sha256=stored.sha256,
        registered_at=stored.registered_at,
    )
    with (
        pytest.raises(IntegrityError, match="preregistration_comes_first"),
        transaction.atomic(),
    ):
        late.save()


def test_the_report_says_as_registered_or_lists_each_deviation() -> None:
    study = make_study(videos=2, redundancy=2)
    set_stop_rule(study=study, half_width=0.5, actor=None)
    words = Words(hypotheses="People pass.", annotators=2)
    register(study=study, words=words, actor=None)
    open_study(study)
    people = [join(study) for _ in range(3)]
    for person in people[:2]:
        judge(study, person)

    assert told(study)["Preregistered"].endswith("As registered.")

    Batch.objects.filter(study=study).update(place_count=3)
    judge(study, people[2])
    exclude_annotator(membership=people[0], actor=make_admin(), reason="asleep")
    Study.objects.filter(pk=study.pk).update(required_play_percent=50)
    study.refresh_from_db()
    close_study(study=study, actor=None)

    found = told(study)
    assert found.pop("Preregistered").endswith(" 4 deviations.")
    assert found == {
        "Deviation: Annotators": "registered: 2; now: 3",
        "Deviation: Excluded annotator": (
            f"registered: –; now: {people[0].code}: asleep"
        ),
        "Deviation: Share of the video to be played, %": "registered: 0; now: 50",
        "Deviation: End of data collection": (
            "registered: ±0.5; now: closed before the stop rule was met"
        ),
    }
