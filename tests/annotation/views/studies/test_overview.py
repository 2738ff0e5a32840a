"""The overview: the one next step, and a checklist that promises nothing."""

import re

import pytest
from django.test import Client

from accounts.models import User
from annotation.models import MembershipRole, Study, StudyState
from tests import factories
from tests.annotation.views.pages import address

pytestmark = pytest.mark.django_db


def overview(web: Client, study: Study) -> str:
    return " ".join(web.get(address("study", study)).content.decode().split())


def next_step(web: Client, study: Study) -> str:
    found = re.search(r'class="button primary"[^>]*>([^<]+)<', overview(web, study))
    assert found is not None
    return found[1]


def points(web: Client, study: Study) -> dict[str, str]:
    """Of each point of the checklist, whether it is done or open."""
    rows = re.findall(r'data-is="(\w+)"> <a [^>]+>([^<]+)<', overview(web, study))
    return {title: state for state, title in rows}


def test_a_draft_without_anything_has_nothing_ticked_but_its_texts(
    web: Client, researcher: User
) -> None:
    bare = factories.make_study(videos=0, ai_sources=0)
    factories.join(bare, researcher, MembershipRole.RESEARCHER)

    assert {*points(web, bare).values()} == {"open"}


def test_full_batches_without_an_ai_source_are_not_ticked(
    web: Client, researcher: User
) -> None:
    people_only = factories.make_study(ai_sources=0)
    factories.join(people_only, researcher, MembershipRole.RESEARCHER)

    found = points(web, people_only)
    readiness = web.get(address("study_readiness", people_only)).content.decode()

    assert (found["Videos"], found["AI sources"], found["Batches"]) == (
        "done",
        "open",
        "open",
    )
    assert "0 of 1 batches are full" in " ".join(readiness.split())
    assert next_step(web, people_only) == "Choose sources"


def test_the_next_step_follows_the_study(web: Client, study: Study) -> None:
    Study.objects.update(attention_checks_per_batch=1)
    steps = [next_step(web, study)]
    Study.objects.update(attention_checks_per_batch=0)
    steps.append(next_step(web, study))
    for transition in ("seal", "open", "pause", "resume", "close"):
        web.post(address(f"study_{transition}", study))
        steps.append(next_step(web, study))

    assert steps == [
        "Go to readiness",
        "Seal",
        "Open",
        "Invite annotators",
        "Resume",
        "Invite annotators",
        "Read the report",
    ]


def test_a_sealed_study_without_texts_is_not_told_to_open(
    web: Client, study: Study
) -> None:
    web.post(address("study_seal", study))
    study.refresh_from_db()
    study.documents.all().delete()

    assert study.state == StudyState.SEALED
    assert next_step(web, study) == "Write the texts"


def test_the_seal_counts_what_it_fixes(web: Client, study: Study) -> None:
    Study.objects.update(repeat_every=5)

    page = " ".join(web.get(address("study_seal", study)).content.decode().split())

    assert "every 5th batch" in page
    assert "2 human, 2 AI" in page
    assert address("study_warnings", study) in page
