"""The end: thanks, and the completion code."""

import pytest
from django.test import Client

from annotation.models import Membership, Study, StudyState, WayOut, WayOutKind
from tests.annotation.views.judging.annotator_pages.ways import url, where
from tests.factories import (
    give_work,
    join,
    let_lease_run_out,
    make_open_study,
    submit_all,
    take_place,
)

pytestmark = pytest.mark.django_db


def code_shown(browser: Client, study: Study) -> bool:
    return "CODE-7" in browser.get(url(study, "done/")).content.decode()


def test_the_completion_code_comes_when_nothing_is_left(
    annotator: Client, study: Study, membership: Membership
) -> None:
    WayOut.objects.create(study=study, kind=WayOutKind.COMPLETED, code="CODE-7")
    shown = []

    for _ in range(3):
        shown.append(code_shown(annotator, study))
        membership = Membership.objects.get(pk=membership.pk)
        submit_all(give_work(membership))

    assert shown == [False, False, False]
    assert code_shown(annotator, study)
    assert where(annotator, study) == url(study, "done/")


def test_the_completion_code_comes_with_the_last_batch_foreseen(
    annotator: Client, study: Study, membership: Membership
) -> None:
    WayOut.objects.create(study=study, kind=WayOutKind.COMPLETED, code="CODE-7")
    Study.objects.update(batches_per_annotator=1)
    submit_all(give_work(Membership.objects.get(pk=membership.pk)))

    assert code_shown(annotator, study)


def test_no_completion_code_for_nothing(client: Client) -> None:
    study = make_open_study(redundancy=1)
    WayOut.objects.create(study=study, kind=WayOutKind.COMPLETED, code="CODE-7")
    take_place(study.batches.get())
    membership = join(study)
    assert membership.user is not None
    client.force_login(membership.user)

    assert where(client, study) == url(study, "done/")
    assert not code_shown(client, study)


def test_work_that_may_come_free_again_is_still_work(client: Client) -> None:
    study = make_open_study(redundancy=1)
    let_lease_run_out(take_place(study.batches.get()))
    membership = join(study)
    assert membership.user is not None
    client.force_login(membership.user)

    assert where(client, study) == "here"


def test_a_closed_study_says_thanks(
    annotator: Client, study: Study, membership: Membership
) -> None:
    submit_all(give_work(membership))
    Study.objects.update(state=StudyState.CLOSED)

    page = annotator.get(url(study), follow=True).content.decode()

    assert "Thank you" in page
    assert "is closed" in page
