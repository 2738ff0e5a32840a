"""Every way out of a study: its text, its code, its link back, and that it stays."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import (
    DocumentKind,
    Membership,
    Study,
    StudyState,
    WayOut,
    WayOutKind,
)
from tests.annotation.views.judging.annotator_pages.ways import url, where
from tests.factories import (
    give_work,
    join,
    let_lease_run_out,
    make_document,
    make_open_study,
    submit_all,
    take_place,
)

pytestmark = pytest.mark.django_db

CODES = {
    WayOutKind.COMPLETED: "C-DONE",
    WayOutKind.SCREENED_OUT: "C-SCREENED",
    WayOutKind.NO_CONSENT: "C-DECLINED",
    WayOutKind.FULL: "C-FULL",
    WayOutKind.ENDED: "C-ENDED",
}


@pytest.fixture
def study() -> Study:
    """One batch for one annotator, and every way out with a code and a link."""
    study = make_open_study(redundancy=1)
    for kind, code in CODES.items():
        WayOut.objects.create(
            study=study,
            kind=kind,
            code=code,
            redirect_url="https://platform.example/complete?cc={code}",
        )
    return study


def finish(membership: Membership) -> None:
    submit_all(give_work(membership))


def be_excluded(membership: Membership) -> None:
    Membership.objects.filter(pk=membership.pk).update(
        excluded_at=timezone.now(), exclusion_reason="careless"
    )


def fail_the_comprehension_check(membership: Membership) -> None:
    membership.study.comprehension_questions.create(
        position=1, text="How many?", choices=["One", "Two"], right_choice=0
    )
    for number in (1, 2):
        membership.comprehension_attempts.create(
            number=number, answers=[1], passed=False
        )


def decline(membership: Membership) -> None:
    make_document(membership.study, DocumentKind.CONSENT, "We store answers.")
    assert membership.user is not None
    browser = Client()
    browser.force_login(membership.user)
    browser.post(url(membership.study, "consent/"), {"decline": "1"})


def find_every_place_taken(membership: Membership) -> None:
    take_place(membership.study.batches.get())


def lose_the_only_batch(membership: Membership) -> None:
    assignment = give_work(membership)
    let_lease_run_out(assignment)
    assert give_work(join(membership.study)).batch_id == assignment.batch_id


def see_the_study_close(_membership: Membership) -> None:
    Study.objects.update(state=StudyState.CLOSED)


@pytest.mark.parametrize(
    ("come_to", "kind", "words"),
    [
        (finish, WayOutKind.COMPLETED, "You have judged every batch"),
        (be_excluded, WayOutKind.SCREENED_OUT, "Your part in the study has ended"),
        (
            fail_the_comprehension_check,
            WayOutKind.SCREENED_OUT,
            "used both attempts",
        ),
        (decline, WayOutKind.NO_CONSENT, "You chose not to take part"),
        (find_every_place_taken, WayOutKind.FULL, "All places are taken"),
        (lose_the_only_batch, WayOutKind.ENDED, "Your time ran out"),
        (see_the_study_close, WayOutKind.ENDED, "The study is closed"),
    ],
)
def test_each_way_out_has_its_text_its_code_and_its_link(
    annotator: Client,
    study: Study,
    membership: Membership,
    come_to: Callable[[Membership], None],
    kind: WayOutKind,
    words: str,
) -> None:
    come_to(Membership.objects.get(pk=membership.pk))

    assert where(annotator, study) == url(study, "done/")
    page = annotator.get(url(study, "done/")).content.decode()
    home = annotator.get("/").content.decode()
    for text in (page, home):
        assert f">{CODES[kind]}</code>" in text
        assert f'href="https://platform.example/complete?cc={CODES[kind]}"' in text
        assert sum(f">{code}<" in text for code in CODES.values()) == 1
    assert words in page
    assert "careless" not in page


def test_researchers_words_replace_the_default(
    annotator: Client, study: Study, membership: Membership
) -> None:
    WayOut.objects.update(message="Well done.\n<b>Bye</b>", code="", redirect_url="")
    finish(membership)

    page = annotator.get(url(study, "done/")).content.decode()

    assert "Well done.<br>&lt;b&gt;Bye&lt;/b&gt;" in page
    assert "You have judged" not in page
    assert "Your code" not in page


def test_each_person_has_a_code_of_their_own_where_the_study_says_so(
    annotator: Client, study: Study, membership: Membership
) -> None:
    WayOut.objects.filter(kind=WayOutKind.COMPLETED).update(
        code="", has_personal_codes=True
    )
    finish(membership)

    page = annotator.get(url(study, "done/")).content.decode()

    code = Membership.objects.get(pk=membership.pk).completion_code
    assert f">{code}</code>" in page
    assert f"cc={code}" in page
    assert join(study).completion_code != code


def test_a_code_of_completion_that_was_shown_stays_good(
    annotator: Client, study: Study, membership: Membership
) -> None:
    finish(membership)
    annotator.get(url(study, "done/"))

    be_excluded(membership)
    Study.objects.update(state=StudyState.CLOSED)

    page = annotator.get(url(study, "done/")).content.decode()
    assert CODES[WayOutKind.COMPLETED] in page
    assert CODES[WayOutKind.SCREENED_OUT] not in page


def test_who_did_not_agree_can_change_their_mind(
    annotator: Client, study: Study, membership: Membership
) -> None:
    decline(membership)
    page = annotator.get(url(study, "done/")).content.decode()
    assert url(study, "consent/") in page
    assert "Attempts left" not in page

    annotator.post(url(study, "consent/"), {"consent": "on", "consent_version": "1"})

    assert where(annotator, study) == "here"
    assert not Membership.objects.filter(declined_at__isnull=False).exists()


def test_a_person_excluded_by_mistake_goes_on(
    annotator: Client, study: Study, membership: Membership
) -> None:
    be_excluded(membership)
    annotator.get(url(study, "done/"))

    Membership.objects.update(excluded_at=None, exclusion_reason="")

    assert where(annotator, study) == "here"


def test_pages_before_the_end_say_what_remains_and_that_one_may_leave(
    annotator: Client, study: Study
) -> None:
    Study.objects.update(expected_duration="About 40 minutes", pay="£6 by Prolific")
    make_document(study, DocumentKind.CONSENT, "We store answers.")
    study.comprehension_questions.create(
        position=1, text="How many?", choices=["One", "Two"], right_choice=0
    )
    study.training_items.create(position=1, text="so cute", origin="human")

    page = " ".join(annotator.get(url(study, "consent/")).content.decode().split())

    assert "About 40 minutes" in page
    assert "£6 by Prolific" in page
    assert "1 question about the guidelines" in page
    assert "1 practice comment" in page
    assert "up to 1 video with its comments" in page
    assert "continue later where you left off" in page
    home = annotator.get("/").content.decode()
    assert "continue later where you left off" in home
