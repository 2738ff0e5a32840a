"""An annotator's own finished work: read, not changed, and nobody else's."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client

from annotation.models import Assignment, Membership, Study
from annotation.services.studies.lifecycle import close_study
from tests.annotation.views.judging.annotator_pages.ways import url
from tests.factories import (
    give_work,
    join,
    make_open_study,
    make_researcher,
    submit_all,
)

pytestmark = pytest.mark.django_db


def test_submitted_batches_are_listed_with_their_time(
    annotator: Client, study: Study, membership: Membership
) -> None:
    for _ in range(2):
        submit_all(give_work(Membership.objects.get(pk=membership.pk)))
    Assignment.objects.update(submitted_at=F("started_at") + timedelta(minutes=7))

    page = annotator.get(url(study, "submitted/")).content.decode()

    assert url(study, "submitted/1/") in page
    assert url(study, "submitted/2/") in page
    assert page.count("7 min") == 2
    assert "14 min" in page
    assert url(study, "submitted/") in annotator.get("/").content.decode()


def test_a_submitted_batch_shows_what_was_answered_and_nothing_to_answer_with(
    annotator: Client, study: Study, membership: Membership
) -> None:
    assignment = submit_all(give_work(membership), verdict="human", score=4)

    page = annotator.get(url(study, "submitted/1/")).content.decode()

    shown = assignment.presentations.get(position=1).batch_comment
    assert shown is not None
    assert shown.comment.text in page
    assert page.count("<td>Human</td>") == assignment.presentations.count()
    assert page.count('<td class="number">4</td>') >= assignment.presentations.count()
    assert "<input" not in page.split("<main")[1].replace('type="hidden"', "")


def test_a_batch_in_work_is_not_among_them(
    annotator: Client, study: Study, membership: Membership
) -> None:
    give_work(membership)

    assert annotator.get(url(study, "submitted/1/")).status_code == 404
    page = annotator.get(url(study, "submitted/")).content.decode()
    assert "You haven't submitted a batch yet" in page


def test_nobody_elses_batch_is_shown(
    annotator: Client, study: Study, membership: Membership
) -> None:
    submit_all(give_work(join(study)))
    elsewhere = join(make_open_study(), membership.user)
    submit_all(give_work(elsewhere))

    assert annotator.get(url(study, "submitted/1/")).status_code == 404
    assert annotator.get(url(elsewhere.study, "submitted/1/")).status_code == 200


@pytest.fixture
def judged(study: Study, membership: Membership) -> Membership:
    """Somebody who called every comment human in batches of five and two."""
    study = make_open_study(videos=3, humans=5, ai_sources=2)
    judge = join(study, membership.user)
    for _ in range(3):
        submit_all(give_work(Membership.objects.get(pk=judge.pk)), verdict="human")
    return judge


def test_own_result_is_told_once_the_study_is_closed(
    annotator: Client, judged: Membership
) -> None:
    study = judged.study
    Study.objects.filter(pk=study.pk).update(tells_own_result=True)
    address = url(study, "submitted/")

    before = annotator.get(address).content.decode()
    close_study(study=study, actor=make_researcher())
    after = annotator.get(address).content.decode()

    assert "You were right" not in before
    assert "<strong>71.4 %</strong> of the 21 comments" in after
    assert "on 100 % of those by people, and on 0 % of those by AI" in after


def test_own_result_is_told_only_where_a_researcher_allows_it(
    annotator: Client, judged: Membership
) -> None:
    close_study(study=judged.study, actor=make_researcher())

    page = annotator.get(url(judged.study, "submitted/")).content.decode()

    assert "Batch 3" in page
    assert "You were right" not in page


def test_a_share_of_a_handful_is_not_told(
    annotator: Client, study: Study, membership: Membership
) -> None:
    submit_all(give_work(membership))
    Study.objects.filter(pk=study.pk).update(tells_own_result=True)
    close_study(study=study, actor=make_researcher())

    page = annotator.get(url(study, "submitted/")).content.decode()

    assert "You were right" not in page
