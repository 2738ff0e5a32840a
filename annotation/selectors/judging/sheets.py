"""What the judge page shows of one assignment, read in one statement."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from django.db import connection
from django.utils import timezone

from annotation.models import (
    Assignment,
    Judgment,
    Membership,
    Study,
    TrainingAnswer,
    TrainingItem,
)
from annotation.querysets import WITHDRAWN_COMMENTS
from annotation.rules.judging.presentation import (
    JudgeSheet,
    Milestone,
    PracticeSheet,
    PresentedComment,
    SheetVideo,
)
from annotation.rules.studies.markdown import render_markdown
from annotation.rules.studies.pace import duration_in_words
from annotation.rules.studies.wording import filled, localised
from corpus.media_files import playback_url, poster_url
from corpus.models import MediaState, Video, VideoMedia

# Longer estimates are rounded to five minutes.
_EXACT_MINUTES: Final = 10

# Files of media that are not ready are no use to a browser.
_SHEET = f"""
SELECT
    m.first_verdict,
    m.tour_done_at IS NULL,
    coalesce(g.text, ''),
    (SELECT count(*) FROM annotation_batch other WHERE other.study_id = b.study_id),
    EXISTS (SELECT FROM annotation_withdrawal w
            JOIN annotation_batchcomment wc ON wc.id = w.batch_comment_id
            WHERE wc.batch_id = b.id),
    v.title, v.description,
    coalesce(f.name, ''), coalesce(f.poster, '') <> '', f.width, f.height,
    own.submitted_count, own.newest, own.usual_seconds,
    shown.positions, shown.texts, shown.verdicts, shown.scores
FROM annotation_assignment a
JOIN annotation_membership m ON m.id = a.membership_id
LEFT JOIN annotation_studydocument g ON g.id = m.guidelines_id
JOIN annotation_batch b ON b.id = a.batch_id
JOIN corpus_video v ON v.id = b.video_id
LEFT JOIN corpus_videomedia f ON f.video_id = v.id AND f.state = 'ready'
CROSS JOIN LATERAL (
    SELECT
        array_agg(p.position ORDER BY p.position) AS positions,
        array_agg(coalesce(c.text, k.text) ORDER BY p.position) AS texts,
        array_agg(coalesce(j.verdict, '') ORDER BY p.position) AS verdicts,
        array_agg(coalesce(j.realism_score::text, '') ORDER BY p.position) AS scores
    FROM annotation_presentation p
    LEFT JOIN annotation_batchcomment bc ON bc.id = p.batch_comment_id
    LEFT JOIN corpus_comment c ON c.id = bc.comment_id
    LEFT JOIN annotation_attentioncheck k ON k.id = p.attention_check_id
    LEFT JOIN annotation_judgment j ON j.presentation_id = p.id
    WHERE p.assignment_id = a.id
      AND (p.batch_comment_id IS NULL
           OR p.batch_comment_id <> ALL (ARRAY({WITHDRAWN_COMMENTS})))
) shown
CROSS JOIN LATERAL (
    SELECT
        count(*) AS submitted_count,
        max(o.number) AS newest,
        percentile_cont(0.5) WITHIN GROUP (
            ORDER BY extract(epoch FROM o.submitted_at - o.started_at)
        ) AS usual_seconds
    FROM annotation_assignment o
    WHERE o.membership_id = a.membership_id AND o.state = 'submitted'
) own
WHERE a.id = %s
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the sheet needs from beyond the assignment and its study."""

    first_verdict: str
    shows_tour: bool
    guidelines: str
    batch_count: int
    has_withdrawn: bool
    title: str
    description: str
    # Opaque name of the media; empty if there is nothing to play.
    media_name: str
    has_poster: bool
    width: int | None
    height: int | None
    # Of the annotator's submitted batches: how many, the newest one's number, and how
    # long half of them took at most.
    submitted_count: int
    newest: int | None
    usual_seconds: float | None


def judge_sheet(
    assignment: Assignment,
    *,
    login_name: str,
    is_late: bool = False,
    missing: tuple[int, ...] = (),
    refusal: str = "",
) -> JudgeSheet:
    """The sheet of an annotator's own assignment, with `batch.study` at hand."""
    study = assignment.batch.study
    facts, comments = _read(assignment)
    batch_count = foreseen_count(study, facts.batch_count)
    return JudgeSheet(
        assignment=str(assignment.public_id),
        study=str(study.public_id),
        study_title=study.title,
        number=assignment.number,
        batch_count=batch_count,
        video=_video(study, facts),
        comments=comments,
        instrument=localised(study.instrument),
        first_verdict=facts.first_verdict,
        # A number that falls, or stays, would tell whose the withdrawn comment was.
        human_count=study.human_comment_count
        if study.tells_human_count and not facts.has_withdrawn
        else None,
        required_play_percent=study.required_play_percent if facts.media_name else 0,
        played_percent=assignment.played_percent,
        guidelines_html=render_markdown(filled(facts.guidelines, study.instrument)),
        shows_tour=facts.shows_tour,
        break_after_minutes=study.break_after_minutes,
        login_name=login_name,
        has_pad=study.one_tap,
        shown_at=int(timezone.now().timestamp() * 1000),
        milestone=_milestone(assignment.number, batch_count, facts, comments),
        is_late=is_late,
        missing=missing,
        refusal=refusal,
    )


def _milestone(
    number: int,
    batch_count: int,
    facts: _Facts,
    comments: tuple[PresentedComment, ...],
) -> Milestone | None:
    """What to say of the batch before; None once this one is under way."""
    is_begun = any(comment.verdict or comment.score for comment in comments)
    if is_begun or facts.usual_seconds is None or facts.newest != number - 1:
        return None
    left_count = max(batch_count - facts.submitted_count, 1)
    minutes = max(round(facts.usual_seconds * left_count / 60), 1)
    if minutes > _EXACT_MINUTES:
        minutes = 5 * round(minutes / 5)
    words = duration_in_words(timedelta(minutes=minutes))
    return Milestone(number - 1, left_count, words)


def foreseen_count(study: Study, batch_count: int) -> int:
    """How many batches an annotator gets at most, planned repeats included."""
    most = batch_count
    if study.repeat_every:
        # Of n batches n - 1 are new; where n is 1, new ones and repeats alternate.
        most += batch_count // max(study.repeat_every - 1, 1)
    if study.batches_per_annotator is not None:
        return min(study.batches_per_annotator, most)
    return most


def _read(assignment: Assignment) -> tuple[_Facts, tuple[PresentedComment, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_SHEET, [assignment.pk])
        *facts, positions, texts, verdicts, scores = cursor.fetchone()
    rows = zip(positions, texts, verdicts, scores, strict=True)
    return _Facts(*facts), tuple(PresentedComment(*row) for row in rows)


def practice_sheet(
    membership: Membership, item: TrainingItem, answer: TrainingAnswer | None
) -> PracticeSheet:
    """The sheet of a practice comment, with the annotator's answer if there is one."""
    study = membership.study
    positions = [*study.training_items.values_list("position", flat=True)]
    verdict, score = (answer.verdict, answer.realism_score) if answer else ("", "")
    return PracticeSheet(
        study=str(study.public_id),
        number=positions.index(item.position) + 1,
        item_count=len(positions),
        video=_ready_video(item.video) if item.video else None,
        comments=(PresentedComment(1, item.text, verdict, str(score)),),
        instrument=localised(study.instrument),
        first_verdict=membership.first_verdict,
        has_pad=study.one_tap,
    )


def _ready_video(video: Video) -> SheetVideo | None:
    media: VideoMedia | None = getattr(video, "media", None)
    if media is None or media.state != MediaState.READY:
        return None
    return SheetVideo(
        url=playback_url(media),
        poster_url=poster_url(media) if media.poster else "",
        width=media.width,
        height=media.height,
    )


def video_as_shown(study: Study, video: Video) -> SheetVideo:
    """A video as a batch of the study shows it; without a file where none is ready."""
    shown = _ready_video(video) or SheetVideo(url="", poster_url="")
    if not study.shows_metadata:
        return shown
    return replace(shown, title=video.title, description=video.description)


def _video(study: Study, facts: _Facts) -> SheetVideo:
    media = VideoMedia(name=facts.media_name)
    return SheetVideo(
        url=playback_url(media) if facts.media_name else "",
        poster_url=poster_url(media) if facts.has_poster else "",
        title=facts.title if study.shows_metadata else "",
        description=facts.description if study.shows_metadata else "",
        width=facts.width,
        height=facts.height,
    )


def saved_answers(assignment: Assignment) -> dict[str, dict[str, str]]:
    """What stands on each comment that has an answer, by position."""
    judgments = Judgment.objects.filter(presentation__assignment=assignment)
    rows = judgments.order_by("presentation__position").values_list(
        "presentation__position", "verdict", "realism_score", "key"
    )
    return {
        str(position): {
            "verdict": verdict or "",
            "score": "" if score is None else str(score),
            "key": str(key),
        }
        for position, verdict, score, key in rows
    }
