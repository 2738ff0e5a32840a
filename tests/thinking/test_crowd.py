"""A crowd worker answers items: from the platform's link to the completion code."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import (
    Invitation,
    InvitationKind,
    Membership,
    Study,
    WayOut,
    WayOutKind,
)
from annotation.selectors.people.invitation_links import invitation_token
from annotation.services.studies.lifecycle import open_study, seal_study
from tests.thinking.people import make_item_study
from thinking.models import ItemAssignment, PersonAnswer

pytestmark = pytest.mark.django_db

PLATFORM = "https://platform.example/complete"


@pytest.fixture
def study() -> Study:
    """An open item study of one batch a person, with its texts and its questions."""
    study = make_item_study(batches_per_person=1).study
    WayOut.objects.create(
        study=study,
        kind=WayOutKind.COMPLETED,
        has_personal_codes=True,
        redirect_url=f"{PLATFORM}?cc={{code}}",
    )
    WayOut.objects.create(
        study=study,
        kind=WayOutKind.SCREENED_OUT,
        code="SCREEN-7",
        redirect_url=f"{PLATFORM}?cc={{code}}",
    )
    seal_study(study=study, actor=None)
    open_study(study=study, actor=None)
    return study


def arrive(study: Study, participant: str) -> tuple[Client, str]:
    """A browser that came by the platform's link, and where it works."""
    invitation, _ = Invitation.objects.get_or_create(
        study=study, kind=InvitationKind.CROWD, cap=9
    )
    link = reverse("annotation:join", args=[invitation_token(invitation)])
    browser = Client()
    come = f"{link}?PROLIFIC_PID={participant}&STUDY_ID=st42&SESSION_ID=se43"
    assert browser.get(come).status_code == 200
    work = browser.post(come)["Location"]
    assert work == reverse("annotation:work", args=[study.public_id])
    return browser, work


def agree(browser: Client, work: str) -> str:
    """Consent to the texts; where the comprehension check is."""
    consent = browser.get(work)["Location"]
    fields = browser.get(consent).context["form"].fields
    data = {name: field.initial or "on" for name, field in fields.items()}
    browser.post(consent, data)
    return str(browser.get(work)["Location"])


def answers(study: Study, *, right: bool) -> dict[str, str]:
    return {
        f"question-{one.position}": str(
            one.right_choice if right else (one.right_choice + 1) % len(one.choices)
        )
        for one in study.comprehension_questions.all()
    }


def test_a_crowd_worker_answers_a_batch_and_gets_a_code_of_their_own(
    study: Study,
) -> None:
    browser, work = arrive(study, "p1")
    check = agree(browser, work)
    browser.post(check, answers(study, right=True))
    assert browser.get(work).status_code == 200

    sheet = browser.post(reverse("annotation:next_batch", args=[study.public_id]))
    given = {f"option-{position}": "2" for position in (1, 2, 3)}
    last = browser.post(f"{sheet['Location']}submit/", given)

    done = browser.get(last["Location"]).content.decode()
    (way_back,) = re.findall(rf'{re.escape(PLATFORM)}\?cc=([\w-]+)"', done)
    assert way_back in done.replace(f"?cc={way_back}", "")
    assert PersonAnswer.objects.filter(place=2).count() == 3
    member = Membership.objects.get(study=study)
    assert (member.participant_id, member.completed_at is None) == ("p1", False)
    # The next one has another code.
    other, elsewhere = arrive(study, "p2")
    other.post(agree(other, elsewhere), answers(study, right=True))
    sheet = other.post(reverse("annotation:next_batch", args=[study.public_id]))
    last = other.post(f"{sheet['Location']}submit/", given)
    assert way_back not in other.get(last["Location"]).content.decode()


def test_who_fails_the_comprehension_check_is_sent_back_and_answers_nothing(
    study: Study,
) -> None:
    browser, work = arrive(study, "p1")
    check = agree(browser, work)

    for _attempt in range(2):
        browser.post(check, answers(study, right=False))

    done = browser.get(browser.get(work)["Location"]).content.decode()
    assert f"{PLATFORM}?cc=SCREEN-7" in done
    browser.post(reverse("annotation:next_batch", args=[study.public_id]))
    assert not ItemAssignment.objects.exists()
