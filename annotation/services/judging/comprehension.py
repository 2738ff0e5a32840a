"""The comprehension check: all answers right within two attempts."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from annotation.errors import AnnotationError, MalformedAnswersError
from annotation.models import (
    COMPREHENSION_ATTEMPTS,
    ComprehensionAttempt,
    ComprehensionQuestion,
    Membership,
)
from annotation.selectors.judging.standing import lock_standing


@transaction.atomic
def record_comprehension_attempt(
    *, membership: Membership, answers: Mapping[int, int]
) -> ComprehensionAttempt:
    """Judge one attempt; it passes if every answer is right.

    Args:
        membership: the annotator's own.
        answers: index of the choice (from 0) by position of the question.

    Raises:
        MalformedAnswersError: a question is not answered; no attempt is used up.
        AnnotationError: it was passed before, or both attempts are used up.
    """
    used = lock_standing(membership).comprehension_attempts
    attempts = ComprehensionAttempt.objects.filter(membership=membership)
    if attempts.filter(passed=True).exists() or used >= COMPREHENSION_ATTEMPTS:
        msg = _("You have already finished the comprehension check.")
        raise AnnotationError(msg)
    questions = ComprehensionQuestion.objects.filter(study_id=membership.study_id)
    right = {question.position: question.right_choice for question in questions}
    if unanswered := sorted(right.keys() - answers.keys()):
        numbers = ", ".join(str(position) for position in unanswered)
        raise MalformedAnswersError(
            [_("answer question %(numbers)s") % {"numbers": numbers}]
        )
    return ComprehensionAttempt.objects.create(
        membership=membership,
        number=used + 1,
        # JSON knows no keys but strings.
        answers={str(position): answers[position] for position in right},
        passed=all(answers[position] == choice for position, choice in right.items()),
    )


def right_answer_count(attempt: ComprehensionAttempt) -> int:
    """How many answers of an attempt were right; which ones is not told."""
    questions = ComprehensionQuestion.objects.filter(
        study_id=attempt.membership.study_id
    )
    return sum(
        attempt.answers.get(str(question.position)) == question.right_choice
        for question in questions
    )
