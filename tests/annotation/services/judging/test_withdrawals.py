"""What is withdrawn disappears for annotators; a decision says whether it counts."""

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg import sql

from annotation.errors import (
    AnnotationError,
    AssignmentLockedError,
    IncompleteBatchError,
    NoBatchLeftError,
)
from annotation.models import (
    Assignment,
    AssignmentState,
    Batch,
    BatchComment,
    Judgment,
    Membership,
    Study,
    StudyState,
    Withdrawal,
)
from annotation.querysets import FROM_COUNTED, counted_condition
from annotation.selectors.judging.annotator_progress import is_place_left
from annotation.selectors.judging.sheets import judge_sheet
from annotation.selectors.people.access import may_watch_video
from annotation.selectors.studies.integrity import broken_rules
from annotation.selectors.studies.study_progress import study_progress
from annotation.services.judging.assignments import reopen_assignment
from annotation.services.judging.leases import resume_assignment
from annotation.services.judging.submission import submit_assignment
from annotation.services.judging.withdrawals import withdraw_comment, withdraw_video
from annotation.services.people.exclusions import exclude_annotator, include_annotator
from tests import factories
from tests.factories import answer, give_work, join, make_open_study, submit_all

pytestmark = pytest.mark.django_db

REASON = "shows a face"


@pytest.fixture
def study() -> Study:
    """Two batches of four comments, for two annotators each."""
    return make_open_study(videos=2, redundancy=2)


@pytest.fixture
def membership(study: Study) -> Membership:
    return join(study)


def fresh(membership: Membership) -> Membership:
    return Membership.objects.get(pk=membership.pk)


def take(batch: Batch, *, counts: bool = False) -> Withdrawal:
    """Withdraw the whole video."""
    batch = Batch.objects.select_related("study", "video").get(pk=batch.pk)
    actor = factories.make_researcher()
    return withdraw_video(batch=batch, actor=actor, reason=REASON, counts=counts)


def take_one(comment: BatchComment, *, counts: bool = False) -> Withdrawal:
    """Withdraw one comment."""
    return withdraw_comment(
        batch_comment=comment,
        actor=factories.make_researcher(),
        reason=REASON,
        counts=counts,
    )


def first_comment(assignment: Assignment) -> BatchComment:
    shown = assignment.presentations.order_by("position")[0].batch_comment
    assert shown is not None
    return shown


def counted(study: Study) -> set[int]:
    """By the ORM and by SQL, which give the same."""
    by_orm = set(
        Judgment.objects.counted().of_study(study).values_list("pk", flat=True)
    )
    query = f"SELECT j.presentation_id {FROM_COUNTED} WHERE b.study_id = {{}} AND {{}}"
    statement = sql.SQL(query).format(
        sql.Literal(study.pk), sql.SQL(counted_condition())
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert {key for (key,) in cursor.fetchall()} == by_orm
    return by_orm


# --- A video ------------------------------------------------------------------------


def test_a_withdrawn_video_is_given_to_nobody_and_its_work_ends(
    study: Study, membership: Membership
) -> None:
    at_work = give_work(membership)
    batch = at_work.batch

    take(batch)

    at_work.refresh_from_db()
    assert at_work.state == AssignmentState.LAPSED
    at_work = Assignment.objects.select_related("batch__study", "membership").get()
    with pytest.raises(AssignmentLockedError, match="withdrawn this video"):
        resume_assignment(assignment=at_work)
    assert submit_all(give_work(fresh(membership))).batch_id != batch.pk
    with pytest.raises(NoBatchLeftError):
        give_work(fresh(membership))
    assert membership.user is not None
    assert not may_watch_video(membership.user, batch.video_id)
    assert [*broken_rules(study)] == []


@pytest.mark.parametrize("counts", [True, False])
def test_the_decision_says_whether_what_was_judged_counts(
    study: Study, membership: Membership, *, counts: bool
) -> None:
    first = submit_all(give_work(membership))
    second = submit_all(give_work(fresh(membership)))
    both = counted(study)

    take(first.batch, counts=counts)

    of_second = set(second.presentations.values_list("pk", flat=True))
    assert counted(study) == (both if counts else of_second)
    assert (
        first.presentations.count()
        == Judgment.objects.filter(presentation__assignment=first).count()
    )
    assert [*broken_rules(study)] == []


def test_its_places_never_come_back_whoever_is_excluded_later(
    study: Study, membership: Membership
) -> None:
    done = submit_all(give_work(membership))
    take(done.batch)

    exclude_annotator(
        membership=membership,
        actor=factories.make_researcher(),
        reason="careless",
        frees_places=True,
    )

    for _ in range(2):
        assert give_work(join(study)).batch_id != done.batch_id
    assert not is_place_left(study)
    assert [*broken_rules(study)] == []
    with pytest.raises(AnnotationError, match="can't count again"):
        include_annotator(
            membership=fresh(membership), actor=factories.make_researcher()
        )


def test_a_study_without_its_withdrawn_videos_can_be_done(
    study: Study, membership: Membership
) -> None:
    take(study.batches.all()[0])
    submit_all(give_work(membership))
    submit_all(give_work(join(study)))

    assert study_progress(study).is_done


def test_a_withdrawn_video_is_not_opened_again_for_anybody(
    study: Study, membership: Membership
) -> None:
    done = submit_all(give_work(membership))
    admin = factories.make_admin()
    reopen_assignment(assignment=done, actor=admin, reason="a slip")
    with pytest.raises(AnnotationError, match="opened again"):
        take(done.batch)
    done = Assignment.objects.select_related("batch__study", "membership").get()
    submit_assignment(assignment=done)
    take(done.batch)
    done = Assignment.objects.select_related("batch__study", "membership").get()

    with pytest.raises(AnnotationError, match="withdrawn"):
        reopen_assignment(assignment=done, actor=admin, reason="another")
    assert [*broken_rules(study)] == []


# --- A comment ----------------------------------------------------------------------


def test_a_withdrawn_comment_is_seen_and_asked_for_no_more(
    study: Study, membership: Membership
) -> None:
    assignment = give_work(membership)
    gone = first_comment(assignment)
    before = judge_sheet(assignment, login_name="")

    take_one(gone)

    sheet = judge_sheet(assignment, login_name="")
    assert sheet.comments == before.comments[1:]
    for position in (2, 3):
        submit_refused(assignment, position)
    submit_assignment(assignment=assignment, answers=[answer(4)])
    assert assignment.is_submitted
    other = give_work(join(study))
    if other.batch_id == assignment.batch_id:
        assert gone.comment.text not in str(judge_sheet(other, login_name=""))
    assert [*broken_rules(study)] == []


@pytest.mark.parametrize("origin", ["human", "ai"])
def test_no_number_tells_whose_a_withdrawn_comment_was(
    membership: Membership, origin: str
) -> None:
    Study.objects.update(tells_human_count=True)
    assignment = give_work(fresh(membership))
    assert judge_sheet(assignment, login_name="").human_count == 2

    take_one(assignment.batch.batch_comments.filter(source__origin=origin)[0])

    assert judge_sheet(assignment, login_name="").human_count is None


def submit_refused(assignment: Assignment, position: int) -> None:
    """Answer one comment and submit too early."""
    with pytest.raises(IncompleteBatchError, match="of 3 comments"):
        submit_assignment(assignment=assignment, answers=[answer(position)])


def test_a_page_that_still_shows_it_loses_no_answer(membership: Membership) -> None:
    assignment = give_work(membership)
    take_one(first_comment(assignment))

    submit_assignment(
        assignment=assignment, answers=[answer(position) for position in range(1, 5)]
    )

    assert assignment.is_submitted


@pytest.mark.parametrize("counts", [True, False])
def test_judgments_on_a_withdrawn_comment_count_as_decided(
    study: Study, membership: Membership, *, counts: bool
) -> None:
    done = submit_all(give_work(membership))
    everything = counted(study)
    gone = first_comment(done)

    take_one(gone, counts=counts)

    left = (
        everything if counts else everything - {done.presentations.get(position=1).pk}
    )
    assert counted(study) == left


def test_the_last_comment_goes_with_its_video_alone(study: Study) -> None:
    *others, last = BatchComment.objects.filter(batch=study.batches.all()[0])
    for comment in others:
        take_one(comment)

    with pytest.raises(AnnotationError, match="Withdraw the video instead"):
        take_one(last)
    with pytest.raises(AnnotationError, match="already withdrawn"):
        take_one(others[0])


# --- The decision -------------------------------------------------------------------


def test_it_has_a_reason_and_is_logged(study: Study) -> None:
    batch = study.batches.select_related("study", "video").all()[0]
    actor = factories.make_researcher()
    with pytest.raises(AnnotationError, match="Enter a reason"):
        withdraw_video(batch=batch, actor=actor, reason=" ", counts=True)

    withdraw_video(batch=batch, actor=actor, reason=REASON, counts=True)

    event = study.events.get(action="video withdrawn")
    assert (event.actor, event.detail["reason"]) == (actor, REASON)
    with pytest.raises(AnnotationError, match="already withdrawn"):
        withdraw_video(batch=batch, actor=actor, reason=REASON, counts=True)


@pytest.mark.parametrize("state", [StudyState.SEALED, StudyState.CLOSED])
def test_only_while_people_judge(study: Study, state: StudyState) -> None:
    Study.objects.update(state=state)

    with pytest.raises(AnnotationError, match="only possible in"):
        take(study.batches.all()[0])


def test_the_database_keeps_it_as_it_was_decided(study: Study) -> None:
    batch = study.batches.all()[0]
    take(batch)

    def refused(rule: str) -> pytest.RaisesExc[IntegrityError]:
        return pytest.raises(IntegrityError, match=rule)

    with refused("withdrawal_never_changes"), transaction.atomic():
        Withdrawal.objects.update(counts=True)
    with refused("withdrawn_batch_gives_no_place"), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(withdrawn_at=None)
    with refused("withdrawn_batch_gives_no_place"), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(places_taken=1, place_count=2)
    with refused("withdrawal_has_a_reason"), transaction.atomic():
        Withdrawal.objects.create(
            study=study, batch=study.batches.all()[1], reason="", counts=True
        )
    with refused("withdrawal_is_of_one_thing"), transaction.atomic():
        Withdrawal.objects.create(study=study, reason="x", counts=True)
