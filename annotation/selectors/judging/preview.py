"""A study as its annotators would see it, made of nothing but reads.

The membership and the answers are never saved; the batch is shown in an order of its
own, the same at every look.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from hashlib import sha256

from django.db.models import Count
from django.utils import timezone

from annotation.models import (
    Batch,
    DocumentKind,
    Membership,
    Study,
    TrainingAnswer,
    TrainingItem,
)
from annotation.rules.judging.answers import Choice
from annotation.rules.judging.presentation import (
    JudgeSheet,
    PracticeSheet,
    PresentedComment,
    drawn_checks,
    presentation_order,
)
from annotation.rules.studies.markdown import render_markdown
from annotation.rules.studies.wording import filled, localised
from annotation.selectors.judging.ahead import Ahead
from annotation.selectors.judging.sheets import (
    foreseen_count,
    practice_sheet,
    video_as_shown,
)
from annotation.selectors.studies.documents import newest_documents


def preview_stages(study: Study) -> list[str]:
    """What annotators go through, as far as the study has it: names of pages."""
    stages = {
        "preview_consent": study.documents.exists(),
        "preview_comprehension": study.comprehension_questions.exists(),
        "preview_training": study.training_items.exists(),
        "preview_batch": preview_batch(study) is not None,
    }
    return [name for name, is_there in stages.items() if is_there]


def preview_batch(study: Study) -> Batch | None:
    """The batch that is shown: the first of those with the most comments."""
    counted = study.batches.annotate(filled_count=Count("batch_comments"))
    batches = counted.filter(filled_count__gt=0).select_related("video__media")
    return batches.order_by("-filled_count", "pk").first()


def preview_ahead(study: Study) -> Ahead:
    """What is said to be still to come before the first page."""
    return Ahead(
        study.comprehension_questions.count(),
        study.training_items.count(),
        foreseen_count(study, study.batches.count()),
    )


def preview_practice(
    study: Study, item: TrainingItem, answer: TrainingAnswer | None
) -> PracticeSheet:
    """A practice comment; the answer is not saved."""
    nobody = Membership(study=study, first_verdict=_first_verdict(study))
    return replace(practice_sheet(nobody, item, answer), is_preview=True)


def preview_sheet(
    study: Study,
    batch: Batch,
    *,
    login_name: str,
    choices: Collection[Choice] = (),
    missing: tuple[int, ...] = (),
    refusal: str = "",
) -> JudgeSheet:
    """The judge page of a batch, with what was chosen on it and not saved."""
    video = video_as_shown(study, batch.video)
    guidelines = {doc.kind: doc.text for doc in newest_documents(study)}
    text = guidelines.get(DocumentKind.GUIDELINES, "")
    human_count = study.human_comment_count if study.tells_human_count else None
    return JudgeSheet(
        assignment=str(study.public_id),
        study=str(study.public_id),
        study_title=study.title,
        number=1,
        batch_count=foreseen_count(study, study.batches.count()),
        video=video,
        comments=_presented(study, batch, {c.position: c for c in choices}),
        instrument=localised(study.instrument),
        first_verdict=_first_verdict(study),
        human_count=human_count,
        required_play_percent=study.required_play_percent if video.url else 0,
        played_percent=0,
        guidelines_html=render_markdown(filled(text, study.instrument)),
        shows_tour=not choices,
        break_after_minutes=study.break_after_minutes,
        login_name=login_name,
        has_pad=study.one_tap,
        shown_at=int(timezone.now().timestamp() * 1000),
        missing=missing,
        refusal=refusal,
        is_preview=True,
    )


def _first_verdict(study: Study) -> str:
    first: str = study.instrument.verdicts[0].value
    return first


def _presented(
    study: Study, batch: Batch, choices: Mapping[int, Choice]
) -> tuple[PresentedComment, ...]:
    seed = sha256(f"preview:{study.public_id}:{batch.public_id}".encode()).hexdigest()
    held = batch.batch_comments.order_by("pk").values_list("comment__text", flat=True)
    checks = [check.text for check in study.attention_checks.order_by("pk")]
    texts = [*held, *drawn_checks(seed, checks, study.attention_checks_per_batch)]
    order = presentation_order(seed, len(texts))
    return tuple(
        _with_choice(PresentedComment(position, texts[index]), choices.get(position))
        for position, index in enumerate(order, start=1)
    )


def _with_choice(comment: PresentedComment, choice: Choice | None) -> PresentedComment:
    if choice is None:
        return comment
    score = "" if choice.score is None else str(choice.score)
    return replace(comment, verdict=choice.verdict or "", score=score)
