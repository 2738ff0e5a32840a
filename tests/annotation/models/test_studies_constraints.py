"""What the database itself refuses about studies, batches and people."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Role, User
from annotation.instrument import Verdict
from annotation.models import (
    AttentionCheck,
    Batch,
    BatchComment,
    ComprehensionAttempt,
    ComprehensionQuestion,
    Invitation,
    Membership,
    MembershipRole,
    Study,
    StudyDocument,
    TrainingAnswer,
    TrainingItem,
    WayOut,
)
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    """A draft with one filled batch and one annotator."""
    study = factories.make_study()
    factories.join(study)
    return study


def member(study: Study) -> Membership:
    return study.memberships.all()[0]


def update_study(**fields: object) -> Callable[[Study], object]:
    return lambda study: Study.objects.filter(pk=study.pk).update(**fields)


def update_member(**fields: object) -> Callable[[Study], object]:
    return lambda study: Membership.objects.filter(study=study).update(**fields)


def join_as_a_guest(study: Study) -> None:
    Membership.objects.create(study=study, role="guest", first_verdict=Verdict.HUMAN)


def judge_as_a_researcher(study: Study) -> None:
    Membership.objects.create(
        study=study, user=factories.make_researcher(), first_verdict=Verdict.HUMAN
    )


def run_a_study_as_an_annotator(study: Study) -> None:
    Membership.objects.create(
        study=study,
        user=factories.make_user(),
        role=MembershipRole.RESEARCHER,
        first_verdict=Verdict.HUMAN,
    )


def promote_an_annotator(study: Study) -> None:
    User.objects.filter(memberships__study=study).update(role=Role.RESEARCHER)


def make_a_researcher_judge(study: Study) -> None:
    researcher = factories.make_researcher()
    factories.join(study, researcher, MembershipRole.RESEARCHER)
    User.objects.filter(pk=researcher.pk).update(role=Role.ANNOTATOR)


def join_twice(study: Study) -> None:
    factories.join(study, member(study).user)


def share_a_code(study: Study) -> None:
    factories.join(study, code=member(study).code)


def share_a_participant(study: Study) -> None:
    factories.join(study, participant_id="5f1e2d")
    factories.join(study, participant_id="5f1e2d")


def judge_a_video_twice(study: Study) -> None:
    Batch.objects.create(study=study, video=study.batches.get().video)


def fill_a_slot_twice(study: Study) -> None:
    held = BatchComment.objects.filter(batch__study=study)[0]
    other = factories.make_comment(held.comment.video, held.source)
    BatchComment.objects.create(
        batch=held.batch, comment=other, source=held.source, slot=held.slot
    )


def show_a_comment_twice(study: Study) -> None:
    held = BatchComment.objects.filter(batch__study=study)[0]
    BatchComment.objects.create(
        batch=held.batch, comment=held.comment, source=held.source, slot=9
    )


def give_places_before_the_seal(study: Study) -> None:
    Batch.objects.filter(study=study).update(place_count=3)


def write_a_version_twice(study: Study) -> None:
    for _ in range(2):
        StudyDocument.objects.create(study=study, kind="consent", version=1, text="x")


def write_an_unknown_text(study: Study) -> None:
    StudyDocument.objects.create(study=study, kind="poem", version=1, text="x")


def expect_nothing(study: Study) -> None:
    AttentionCheck.objects.create(study=study, text="x")


def expect_a_score_of_eleven(study: Study) -> None:
    AttentionCheck.objects.create(study=study, text="x", expected_score=11)


def practise_twice_at_a_position(study: Study) -> None:
    for _ in range(2):
        TrainingItem.objects.create(study=study, position=1, text="x", origin="ai")


def practise_with_an_unknown_origin(study: Study) -> None:
    TrainingItem.objects.create(study=study, position=1, text="x", origin="cat")


def answer_an_item_twice(study: Study) -> None:
    item = TrainingItem.objects.create(study=study, position=1, text="x", origin="ai")
    for verdict in Verdict:
        TrainingAnswer.objects.create(
            membership=member(study), item=item, verdict=verdict, realism_score=0
        )


def ask_twice_at_a_position(study: Study) -> None:
    for _ in range(2):
        ComprehensionQuestion.objects.create(
            study=study, position=1, text="?", choices=["a", "b"], right_choice=0
        )


def attempt(*numbers: int) -> Callable[[Study], None]:
    def attempt_all(study: Study) -> None:
        for number in numbers:
            ComprehensionAttempt.objects.create(
                membership=member(study), number=number, answers={}, passed=False
            )

    return attempt_all


def invite_of_an_unknown_kind(study: Study) -> None:
    Invitation.objects.create(study=study, kind="pigeo")


def share_a_completion_code(study: Study) -> None:
    factories.join(study, completion_code=member(study).completion_code)


def way_out(times: int = 1, **fields: object) -> Callable[[Study], None]:
    def make(study: Study) -> None:
        for _ in range(times):
            WayOut.objects.create(study=study, **{"kind": "full", **fields})

    return make


@pytest.mark.parametrize(
    ("breaks", "constraint"),
    [
        (
            update_study(state="asleep", sealed_at=timezone.now()),
            "study_state_is_known",
        ),
        (update_study(state="open"), "study_is_sealed_unless_draft"),
        (update_study(sealed_at=timezone.now()), "study_is_sealed_unless_draft"),
        (update_study(redundancy=0), "study_redundancy_is_1_to_100"),
        (update_study(redundancy=101), "study_redundancy_is_1_to_100"),
        (
            update_study(human_comment_count=0),
            "study_human_comment_count_is_1_to_50",
        ),
        (update_study(lease_minutes=0), "study_lease_is_positive"),
        (
            update_study(required_play_percent=101),
            "study_required_play_is_a_percentage",
        ),
        (update_study(repeat_every=1), "study_repeats_leave_new_batches"),
        (judge_a_video_twice, "one_batch_per_study_and_video"),
        (fill_a_slot_twice, "batch_slot_is_filled_once"),
        (show_a_comment_twice, "comment_stands_once_in_a_batch"),
        (give_places_before_the_seal, "only_sealed_batches_have_places"),
        (join_twice, "one_role_per_person_and_study"),
        (share_a_code, "annotator_code_is_unique"),
        (share_a_participant, "participant_joins_once"),
        (join_as_a_guest, "membership_role_is_known"),
        (update_member(role="researcher"), "membership_role_never_changes"),
        (judge_as_a_researcher, "who_sees_sources_never_judges"),
        (run_a_study_as_an_annotator, "who_sees_sources_never_judges"),
        (promote_an_annotator, "who_sees_sources_never_judges"),
        (make_a_researcher_judge, "who_sees_sources_never_judges"),
        (update_member(first_verdict="cat"), "first_verdict_is_known"),
        (update_member(excluded_at=timezone.now()), "exclusion_has_a_reason"),
        (invite_of_an_unknown_kind, "invitation_kind_is_known"),
        (write_a_version_twice, "document_version_is_unique"),
        (write_an_unknown_text, "document_kind_is_known"),
        (expect_nothing, "attention_check_expects_something"),
        (expect_a_score_of_eleven, "attention_check_score_is_0_to_10"),
        (practise_twice_at_a_position, "training_position_is_unique"),
        (practise_with_an_unknown_origin, "training_origin_is_known"),
        (answer_an_item_twice, "training_item_is_answered_once"),
        (ask_twice_at_a_position, "question_position_is_unique"),
        (attempt(1, 1), "attempt_number_is_unique"),
        (share_a_completion_code, "completion_code_is_one_persons"),
        (way_out(2), "one_way_out_of_a_kind"),
        (way_out(kind="window"), "way_out_kind_is_known"),
        (
            way_out(redirect_url="javascript:alert(1)"),
            "way_out_leads_to_a_web_address",
        ),
        (
            way_out(redirect_url="https://a.example/\nx"),
            "way_out_leads_to_a_web_address",
        ),
        (way_out(has_personal_codes=True), "only_completion_has_personal_codes"),
        (attempt(3), "comprehension_check_has_two_attempts"),
    ],
)
def test_the_database_refuses_it(
    study: Study, breaks: Callable[[Study], object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        breaks(study)
