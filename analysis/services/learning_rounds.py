"""Rounds of the loop: what was trained on a study, and who evaluates it."""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from analysis.errors import AnalysisError
from analysis.models import LearningRound, PreferenceExport, ReportState
from analysis.preferences.splits import TEST
from annotation.errors import AnnotationError
from annotation.models import LearnedVideo, Study
from annotation.services.studies.events import record_event
from annotation.services.studies.learning import record_learning
from annotation.services.studies.study import follow_up_study
from corpus.models import Source, Video
from pages.phrases import phrase as _

_HASH: Final = re.compile(r"[0-9a-f]{64}")


@transaction.atomic
def record_round(
    *,
    study: Study,
    start: Source,
    trained: Source,
    checkpoint_hash: str,
    result: Mapping[str, Any],
    actor: User | None,
) -> LearningRound:
    """Record that a source was trained on the study's judgments.

    Args:
        study: Whose judgments.
        start: What the run started from.
        trained: What it became; a source of its own.
        checkpoint_hash: SHA-256 of the trained weights.
        result: The run's result.json.
        actor: Who records it; None: the command line.

    Raises:
        AnalysisError: The run learned from no export of this study, the source is
            known already, or this study evaluates it.
    """
    learnt = result.get("preferences", {}).get("preferences_hash", "")
    export = (
        PreferenceExport.objects.filter(
            study=study, state=ReportState.DONE, preferences_hash=learnt
        )
        .defer("pack")
        .first()
    )
    if export is None:
        raise AnalysisError(
            _("The run learned from no preference data that this study exported.")
        )
    if not _HASH.fullmatch(checkpoint_hash):
        raise AnalysisError(_("A checkpoint's hash is a SHA-256."))
    if start == trained or LearningRound.objects.filter(trained=trained).exists():
        raise AnalysisError(
            _("Record what was trained as a source of its own, with a new key.")
        )
    before = LearningRound.objects.filter(trained=start).first()
    videos = export.videos.exclude(split=TEST).select_related("video")
    try:
        record_learning(
            source=trained,
            study=study,
            videos=[row.video for row in videos],
            start=start,
        )
    except AnnotationError as error:
        raise AnalysisError(str(error)) from error
    made = LearningRound.objects.create(
        export=export,
        number=before.number + 1 if before else 1,
        start=start,
        trained=trained,
        checkpoint_hash=checkpoint_hash,
        result=dict(result),
        recorded_by=actor,
        recorded_at=timezone.now(),
    )
    record_event(
        study=study, actor=actor, action="learning round recorded", source=trained.key
    )
    return made


@transaction.atomic
def record_run(  # noqa: PLR0913 (each by its name)
    *,
    study: Study,
    start: Source,
    trained_key: str,
    title: str,
    checkpoint_hash: str,
    result_text: str,
    actor: User | None,
) -> LearningRound:
    """Record a training run by the file that it wrote; makes the trained source.

    Args:
        study: Whose judgments it learned from.
        start: What the run started from.
        trained_key: Key of the new source.
        title: Of the new source; empty: its key.
        checkpoint_hash: SHA-256 of the trained weights.
        result_text: The run's result.json.
        actor: Who records it; None: the command line.

    Raises:
        AnalysisError: As `record_round`, or the file is no result of a run.
    """
    try:
        # What is undefined is NaN there; a database's JSON knows none.
        result = json.loads(result_text, parse_constant=lambda _name: None)
    except ValueError as error:
        raise AnalysisError(_("The result is no JSON.")) from error
    if not isinstance(result, dict) or not isinstance(
        result.get("preferences", {}), dict
    ):
        raise AnalysisError(_("The file is not the result.json of a training run."))
    trained, _is_new = Source.objects.get_or_create(
        key=trained_key, defaults={"title": title or trained_key}
    )
    return record_round(
        study=study,
        start=start,
        trained=trained,
        checkpoint_hash=checkpoint_hash,
        result=result,
        actor=actor,
    )


@transaction.atomic
def make_follow_up(
    *, learning_round: LearningRound, videos: Collection[Video], actor: User | None
) -> Study:
    """A draft in which people judge both versions, without knowing which is which.

    Args:
        learning_round: Without a follow-up study so far.
        videos: More videos than the export's test part; those learnt are left out.
        actor: Who makes it.

    Raises:
        AnalysisError: There is one already, or no video is left.
    """
    current = LearningRound.objects.select_for_update().get(pk=learning_round.pk)
    if current.follow_up_id is not None:
        raise AnalysisError(_("This round has a follow-up study already."))
    study = current.export.study
    chosen = _free_videos(current, videos)
    if not chosen:
        raise AnalysisError(
            _(
                "No video is left that the source did not learn from. Name a selection "
                "with other videos."
            )
        )
    try:
        made = follow_up_study(
            study=study,
            title=f"{study.title}: follow-up of round {current.number}",
            videos=chosen,
            sources=[current.start, current.trained],
            actor=actor,
        )
    except AnnotationError as error:
        raise AnalysisError(str(error)) from error
    current.follow_up = made
    current.save(update_fields=["follow_up"])
    return made


def _free_videos(current: LearningRound, videos: Collection[Video]) -> list[int]:
    """The export's test videos and those named, without any that were learnt."""
    test = current.export.videos.filter(split=TEST).values_list("video", flat=True)
    learnt = {
        *LearnedVideo.objects.filter(
            source__in=(current.start, current.trained)
        ).values_list("video", flat=True)
    }
    named = dict.fromkeys([*test, *(video.pk for video in videos)])
    return [pk for pk in named if pk not in learnt]
