"""Submitting a batch: once, whole, and safe to ask for twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import User
from annotation.errors import (
    AnnotationError,
    AssignmentLockedError,
    IncompleteBatchError,
    MalformedAnswersError,
    PlaceLostError,
    VideoNotPlayedError,
)
from annotation.models import (
    Assignment,
    AssignmentState,
    Judgment,
    JudgmentRevision,
    Study,
    StudyEvent,
    StudyState,
)
from annotation.rules.judging.answers import Choice
from annotation.services.judging.assignments import record_playback, reopen_assignment
from annotation.services.judging.judgments import record_answers
from annotation.services.judging.places import lapse_expired_leases
from annotation.services.judging.submission import submit_assignment
from tests.factories import (
    answer,
    answer_all,
    give_work,
    join,
    let_lease_run_out,
    make_admin,
    make_media,
    make_open_study,
    make_researcher,
    submit_all,
    take_place,
)

pytestmark = pytest.mark.django_db

WHOLE_FORM = [Choice(position, "ai", 1) for position in range(1, 5)]


def work(**settings: int) -> Assignment:
    """A new annotator's first assignment: four comments."""
    return give_work(join(make_open_study(**settings)))


def verdicts(assignment: Assignment) -> list[str | None]:
    judgments = Judgment.objects.filter(presentation__assignment=assignment)
    ordered = judgments.order_by("presentation__position")
    return list(ordered.values_list("verdict", flat=True))


def test_a_batch_answered_in_full_is_submitted() -> None:
    assignment = answer_all(work())

    submit_assignment(assignment=assignment)

    stored = Assignment.objects.get()
    assert stored.state == AssignmentState.SUBMITTED
    assert stored.submitted_at is not None
    assert stored.place == 1


def test_the_form_alone_is_enough() -> None:
    assignment = work()

    submit_assignment(assignment=assignment, choices=WHOLE_FORM)

    assert Assignment.objects.get().is_submitted
    assert verdicts(assignment) == ["ai"] * 4


def test_answers_that_were_not_acknowledged_come_along() -> None:
    assignment = work()
    record_answers(assignment=assignment, answers=[answer(p) for p in (1, 2)])

    submit_assignment(
        assignment=assignment, answers=[answer(3, "ai", 0), answer(4, "ai", 0)]
    )

    assert verdicts(assignment) == ["human", "human", "ai", "ai"]


def test_what_is_missing_is_named_and_what_was_answered_is_kept() -> None:
    assignment = work()

    with pytest.raises(IncompleteBatchError, match="3 of 4") as caught:
        submit_assignment(
            assignment=assignment, choices=[Choice(1, "ai", 1), Choice(3, "ai", None)]
        )

    assert caught.value.positions == [2, 3, 4]
    assert verdicts(assignment) == ["ai", "ai"]
    assert Assignment.objects.get().is_active


def test_submitting_the_same_again_is_a_success_that_changes_nothing() -> None:
    assignment = work()
    submit_assignment(assignment=assignment, choices=WHOLE_FORM)
    first = Assignment.objects.get().submitted_at

    submit_assignment(assignment=Assignment.objects.get(), choices=WHOLE_FORM)

    assert Assignment.objects.get().submitted_at == first
    assert not JudgmentRevision.objects.exists()


def test_submitting_again_from_an_empty_form_is_a_success() -> None:
    assignment = submit_all(work())

    submit_assignment(assignment=assignment)

    assert Assignment.objects.get().is_submitted


def test_submitting_again_with_an_answer_that_is_new_is_refused() -> None:
    assignment = submit_all(work())

    with pytest.raises(AssignmentLockedError, match="were not saved"):
        submit_assignment(assignment=assignment, answers=[answer(1, "ai", 0)])

    assert verdicts(assignment) == ["human"] * 4


def test_an_old_tab_does_not_overwrite_what_a_newer_one_saved() -> None:
    assignment = work()
    shown_at = timezone.now()
    answer_all(assignment, "human", 5)

    submit_assignment(assignment=assignment, choices=WHOLE_FORM, shown_at=shown_at)

    assert verdicts(assignment) == ["human"] * 4


def test_without_scripts_the_form_changes_what_was_answered_before_it() -> None:
    assignment = work()
    answer_all(assignment, "human", 5)

    submit_assignment(
        assignment=assignment, choices=WHOLE_FORM, shown_at=timezone.now()
    )

    assert verdicts(assignment) == ["ai"] * 4
    assert JudgmentRevision.objects.count() == 4


def test_a_position_that_does_not_exist_is_refused() -> None:
    assignment = answer_all(work())

    with pytest.raises(MalformedAnswersError, match="no position 9"):
        submit_assignment(assignment=assignment, choices=[Choice(9, "ai", 1)])

    assert Assignment.objects.get().is_active


def test_a_study_may_ask_for_the_video_to_be_played() -> None:
    assignment = work(required_play_percent=50)
    make_media(assignment.batch.video)
    record_playback(assignment=assignment, seconds=4, percent=40)
    answer_all(assignment)

    with pytest.raises(VideoNotPlayedError, match=r"at least 50 %.*40 %"):
        submit_assignment(assignment=assignment)
    record_playback(assignment=assignment, seconds=6, percent=60)
    submit_assignment(assignment=assignment)

    assert Assignment.objects.get().is_submitted


def test_a_video_that_cannot_be_played_stands_in_nobodys_way() -> None:
    assignment = answer_all(work(required_play_percent=50))

    submit_assignment(assignment=assignment)

    assert Assignment.objects.get().is_submitted


def test_the_most_that_was_played_is_kept() -> None:
    assignment = work()

    record_playback(assignment=assignment, seconds=8, percent=80)
    record_playback(assignment=assignment, seconds=1, percent=10)

    stored = Assignment.objects.get()
    assert (stored.played_seconds, stored.played_percent) == (8, 80)


def test_a_closed_study_takes_no_submission() -> None:
    answer_all(work())
    Study.objects.update(state=StudyState.CLOSED)

    with pytest.raises(AssignmentLockedError, match="closed"):
        submit_assignment(assignment=Assignment.objects.get())


def test_a_batch_in_work_is_submitted_while_the_study_is_paused() -> None:
    answer_all(work())
    Study.objects.update(state=StudyState.PAUSED)

    submit_assignment(assignment=Assignment.objects.get())

    assert Assignment.objects.get().is_submitted


# --- After the lease ran out --------------------------------------------------------


def lapse(assignment: Assignment) -> None:
    let_lease_run_out(assignment)
    lapse_expired_leases(timezone.now())


def test_a_late_submission_succeeds_while_the_place_is_free() -> None:
    assignment = answer_all(work(redundancy=1))
    lapse(assignment)

    submit_assignment(assignment=assignment)

    stored = Assignment.objects.get()
    assert stored.is_submitted
    assert stored.place == 1
    stored.batch.refresh_from_db()
    assert stored.batch.places_taken == 1


def test_a_late_submission_whose_place_is_gone_is_refused_and_kept() -> None:
    assignment = work(redundancy=1)
    lapse(assignment)
    take_place(assignment.batch)

    with pytest.raises(PlaceLostError, match="answers are kept"):
        submit_assignment(assignment=assignment, choices=WHOLE_FORM)

    stored = Assignment.objects.get(pk=assignment.pk)
    assert stored.state == AssignmentState.LAPSED
    assert verdicts(assignment) == ["ai"] * 4
    stored.batch.refresh_from_db()
    assert stored.batch.places_taken == 1


def test_a_late_submission_succeeds_beside_another_batch_in_work() -> None:
    study = make_open_study(videos=2, redundancy=2)
    membership = join(study)
    lapsed = answer_all(give_work(membership))
    lapse(lapsed)
    others = [take_place(lapsed.batch) for _ in range(2)]
    current = give_work(membership)
    lapse(others[0])

    submit_assignment(assignment=lapsed)

    assert Assignment.objects.get(pk=lapsed.pk).is_submitted
    assert Assignment.objects.get(pk=current.pk).is_active


def test_a_late_and_incomplete_submission_takes_the_place_again() -> None:
    assignment = work(redundancy=1)
    lapse(assignment)

    with pytest.raises(IncompleteBatchError):
        submit_assignment(assignment=assignment, choices=WHOLE_FORM[:1])

    assert Assignment.objects.get().is_active


# --- Reopening ----------------------------------------------------------------------


def test_an_admin_reopens_a_batch_and_the_log_says_so() -> None:
    assignment, admin = submit_all(work()), make_admin()

    reopen_assignment(assignment=assignment, actor=admin, reason="wrong video shown")

    stored = Assignment.objects.get()
    assert stored.is_active
    assert (stored.place, stored.reopened_at is None) == (1, False)
    event = StudyEvent.objects.get(action="assignment reopened")
    assert event.actor == admin
    assert event.detail == {
        "code": stored.membership.code,
        "number": 1,
        "reason": "wrong video shown",
    }


def test_a_reopened_batch_is_changed_and_submitted_again() -> None:
    assignment = submit_all(work())
    reopen_assignment(assignment=assignment, actor=make_admin(), reason="slip")

    record_answers(assignment=assignment, answers=[answer(1, "ai", 0, key=uuid4())])
    submit_assignment(assignment=assignment)

    assert Assignment.objects.get().is_submitted
    assert verdicts(assignment)[0] == "ai"
    assert JudgmentRevision.objects.count() == 1


def test_a_reopened_batch_comes_before_new_ones_and_beside_the_one_in_work() -> None:
    membership = join(make_open_study(videos=2))
    first = submit_all(give_work(membership))
    second = give_work(membership)

    reopen_assignment(assignment=first, actor=make_admin(), reason="slip")

    assert give_work(membership).pk == first.pk
    submit_all(first)
    assert give_work(membership).pk == second.pk


def test_a_reopened_batch_keeps_its_place_however_long_it_takes() -> None:
    assignment = submit_all(work(redundancy=1))
    reopen_assignment(assignment=assignment, actor=make_admin(), reason="slip")
    let_lease_run_out(assignment)

    lapsed = lapse_expired_leases(timezone.now() + timedelta(days=30))

    assert lapsed == 0
    assert Assignment.objects.get().place == 1


@pytest.mark.parametrize(
    ("role", "reason", "message"),
    [("researcher", "slip", "Only an admin"), ("admin", " ", "Enter a reason")],
)
def test_only_an_admin_with_a_reason_reopens(
    role: str, reason: str, message: str
) -> None:
    assignment = submit_all(work())
    actor: User = make_admin() if role == "admin" else make_researcher()

    with pytest.raises(AnnotationError, match=message):
        reopen_assignment(assignment=assignment, actor=actor, reason=reason)

    assert Assignment.objects.get().is_submitted


def test_a_batch_in_work_cannot_be_reopened() -> None:
    with pytest.raises(AnnotationError, match="Only a submitted batch"):
        reopen_assignment(assignment=work(), actor=make_admin(), reason="slip")
