"""What comes before and between the batches: practice, questions, attention checks.

Each of the three lists is replaced as a whole, while the study is a draft: an item
that somebody has answered never changes under them.
"""

from collections.abc import Collection
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import (
    AttentionCheck,
    ComprehensionQuestion,
    Study,
    TrainingItem,
)
from annotation.services.studies.events import record_event
from annotation.services.studies.locks import lock_draft
from corpus.cleaning import clean_comment

_Item = TypeVar("_Item", TrainingItem, AttentionCheck, ComprehensionQuestion)


@transaction.atomic
def replace_training_items(
    *, study: Study, items: Collection[TrainingItem], actor: User | None
) -> None:
    """Set the practice comments, in the order given (rows not saved yet)."""
    lock_draft(study)
    for position, item in enumerate(items, start=1):
        item.position = position
        item.text = _shown_text(item.text)
    if _replace(study.training_items.all(), items, study):
        _record(study, actor, "training changed", len(items))


@transaction.atomic
def replace_attention_checks(
    *, study: Study, checks: Collection[AttentionCheck], actor: User | None
) -> None:
    """Set the attention checks that batches draw from (rows not saved yet)."""
    lock_draft(study)
    for check in checks:
        check.text = _shown_text(check.text)
        if not check.fits(study.instrument):
            msg = (
                f"The attention check {check} expects an answer that the study's "
                "instrument does not have. Change what it expects."
            )
            raise AnnotationError(msg)
    if _replace(study.attention_checks.all(), checks, study):
        _record(study, actor, "attention checks changed", len(checks))


@transaction.atomic
def replace_questions(
    *, study: Study, questions: Collection[ComprehensionQuestion], actor: User | None
) -> None:
    """Set the comprehension questions, in the order given (rows not saved yet)."""
    lock_draft(study)
    for position, question in enumerate(questions, start=1):
        question.position = position
        if not 0 <= question.right_choice < len(question.choices):
            msg = _("Question %(question)d has no choice %(choice)d.") % {
                "question": position,
                "choice": question.right_choice + 1,
            }
            raise AnnotationError(msg)
    if _replace(study.comprehension_questions.all(), questions, study):
        _record(study, actor, "questions changed", len(questions))


def _shown_text(text: str) -> str:
    """The display form: practice and checks look like any comment."""
    comment = clean_comment(text)
    if not comment.is_usable:
        msg = _("“%(text)s” can't be shown as a comment: %(reason)s.") % {
            "text": text,
            "reason": comment.unusable_reason,
        }
        raise AnnotationError(msg)
    return comment.text


def _replace(old: QuerySet[_Item], new: Collection[_Item], study: Study) -> bool:
    """Put the new rows in the place of the old ones; False if there are neither."""
    deleted, _ = old.delete()
    for item in new:
        item.pk = None
        item.study = study
        item.full_clean(validate_unique=False, validate_constraints=False)
    old.bulk_create(new)
    return bool(deleted or new)


def _record(study: Study, actor: User | None, action: str, total: int) -> None:
    record_event(study=study, actor=actor, action=action, total=total)
