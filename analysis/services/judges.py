"""Judges of studies and estimates with them: computed once for each state, kept."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from django.db import transaction
from django.utils import timezone

from analysis.errors import AnalysisError
from analysis.judge.card import Card, card_of
from analysis.judge.estimating import REPLICATES, PoweredStudy, powered_study
from analysis.judge.fitting import (
    CODE_VERSION,
    FOLDS,
    NO_FOLD,
    Fitted,
    cross_fit,
    surface_table,
    table_of_guesses,
)
from analysis.judge.material import Material
from analysis.judge.tables import SURFACE_NAME
from analysis.judgments.arrays import FloatArray
from analysis.models import (
    ChoiceKind,
    JudgeGuess,
    JudgeKind,
    JudgePupil,
    ReportState,
    StoredEstimate,
    StudyJudge,
    VideoChance,
    VideoChoice,
)
from analysis.reporting.storing import from_plain, to_plain
from analysis.selectors.database import source_titles
from analysis.selectors.judges import (
    chances_of,
    facts_of,
    guesses_for,
    left_out_videos,
    study_material,
)
from analysis.selectors.studies import exclusions_of
from analysis.services.kept_work import take, told_if_it_fails, wait_again
from analysis.services.reports import state_of_data
from analysis.version import software_version
from annotation.models import Batch, Study
from corpus.models import Source
from pages.phrases import phrase as _


class Made(NamedTuple):
    """Features that were made elsewhere.

    Attributes:
        table: (comments, features).
        provenance: How they came about, as the card tells it.
    """

    table: FloatArray
    provenance: Mapping[str, object]


Features = Callable[[Material], Made]
# How strongly the head over an encoder is held back: the best on videos left out.
_PENALTIES = (0.01, 0.1, 1.0, 10.0, 100.0)

_CONTENT_VERSION = 2  # of what is kept; older content is computed again


@dataclass(frozen=True)
class Wanted:
    """Which judge to fit.

    Attributes:
        kind: How it guesses.
        name: What pages and files call it.
        given: Guesses by comment label, for a judge of that kind.
        is_cross_fitted: False where the given guesses learned from these judgments.
        provenance: How guesses or features came about, as the card tells it.
    """

    kind: JudgeKind = JudgeKind.SURFACE
    name: str = str(SURFACE_NAME)
    given: Mapping[str, float] | None = None
    is_cross_fitted: bool = True
    provenance: Mapping[str, object] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Of the guesses that were given, or of what makes the features."""
        given = sorted(self.given.items()) if self.given is not None else None
        made = sorted(self.provenance.items())
        parts = [self.kind, self.name, given, self.is_cross_fitted, made]
        return sha256(json.dumps(parts).encode()).hexdigest()


def request_judge(
    *, study: Study, wanted: Wanted, again: bool = False
) -> tuple[StudyJudge, bool]:
    """The judge of the data as they are, and whether it must be fitted now."""
    parts = [_CONTENT_VERSION, CODE_VERSION, state_of_data(study), wanted.digest]
    stored, is_new = StudyJudge.objects.get_or_create(
        study=study,
        stamp=sha256(repr(parts).encode()).hexdigest(),
        defaults={
            "kind": wanted.kind,
            "name": wanted.name,
            "given": None if wanted.given is None else dict(wanted.given),
            "is_cross_fitted": wanted.is_cross_fitted,
            "provenance": dict(wanted.provenance),
        },
    )
    if stored.is_lost or (again and stored.state == ReportState.FAILED):
        wait_again(stored=stored)
        is_new = True
    return stored, is_new


def compute_judge(*, stored_id: int, features: Features | None = None) -> None:
    """Fit a judge that waits; one that is being fitted is left alone.

    Args:
        stored_id: Of the judge.
        features: Of a kind whose features are made elsewhere; such a judge waits on
            where they are missing.
    """
    waiting = StudyJudge.objects.filter(pk=stored_id, kind=JudgeKind.ENCODER)
    if (features is None and waiting.exists()) or not take(StudyJudge, pk=stored_id):
        return
    judge = StudyJudge.objects.select_related("study").get(pk=stored_id)
    with told_if_it_fails(judge):
        _fit(judge, features)


def _fit(judge: StudyJudge, features: Features | None) -> None:
    material, places = study_material(judge.study)
    if features is None:
        fitted = cross_fit(material, _table(judge, material), seed=judge.seed)
    else:
        made = features(material)
        judge.provenance = {**judge.provenance, **made.provenance}
        fitted = cross_fit(
            material,
            made.table,
            seed=judge.seed,
            penalties=_PENALTIES,
            is_of_one_scale=True,
        )
    _keep(judge, material, fitted, places)


@transaction.atomic
def _keep(
    judge: StudyJudge, material: Material, fitted: Fitted, places: Mapping[str, int]
) -> None:
    judge.guesses.all().delete()
    JudgeGuess.objects.bulk_create(_rows(judge, material, fitted, places), 5000)
    judge.training_hash = material.judgments.fingerprint
    judge.version = _version(judge)
    judge.excluded_annotators = sorted(
        one.annotator for one in exclusions_of(judge.study)
    )
    judge.excluded_videos = left_out_videos(judge.study)
    judge.card = to_plain(card_of(material, fitted, seed=judge.seed))
    judge.fitted_at = timezone.now()
    judge.state = ReportState.DONE
    judge.save()


def _table(judge: StudyJudge, material: Material) -> FloatArray:
    if judge.given is None:
        return surface_table(material)
    given = np.array([judge.given.get(label, np.nan) for label in material.comments])
    return table_of_guesses(given.astype(np.float64))


def _rows(
    judge: StudyJudge, material: Material, fitted: Fitted, places: Mapping[str, int]
) -> list[JudgeGuess]:
    return [
        JudgeGuess(
            judge=judge,
            batch_comment_id=places[label],
            chance=guess,
            fold=None if fold == NO_FOLD else fold,
        )
        for label, guess, fold in zip(
            material.comments, fitted.guess.tolist(), fitted.fold.tolist(), strict=True
        )
        if not np.isnan(guess)
    ]


def _version(judge: StudyJudge) -> str:
    """Of all that shaped the guesses."""
    given = None if judge.given is None else sorted(judge.given.items())
    parts = [
        *(judge.kind, judge.name, CODE_VERSION, software_version(), FOLDS, judge.seed),
        *(judge.training_hash, given, judge.is_cross_fitted, judge.provenance),
    ]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def card_in(judge: StudyJudge) -> Card:
    """The card of a judge that is done."""
    return from_plain(Card, judge.card)


def request_estimate(
    *, judge: StudyJudge, again: bool = False
) -> tuple[StoredEstimate, bool]:
    """The estimates with a judge, of the data as they are; and whether to compute."""
    study = judge.study
    choice = VideoChoice.objects.filter(study=study).values_list("kind", "recorded_at")
    pupils = JudgePupil.objects.filter(study=study).values_list("source", "kind")
    parts = [_CONTENT_VERSION, state_of_data(study), [*choice], [*pupils]]
    stored, is_new = StoredEstimate.objects.get_or_create(
        judge=judge, stamp=sha256(repr(parts).encode()).hexdigest()
    )
    if stored.is_lost or (again and stored.state == ReportState.FAILED):
        wait_again(stored=stored)
        is_new = True
    return stored, is_new


def compute_estimate(*, stored_id: int) -> None:
    """Compute estimates that wait; those that are being computed are left alone."""
    if not take(StoredEstimate, pk=stored_id):
        return
    stored = StoredEstimate.objects.select_related("judge__study").get(pk=stored_id)
    with told_if_it_fails(stored):
        stored.content = to_plain(study_estimate(stored.judge))
        stored.state = ReportState.DONE
        stored.save(update_fields=["state", "content"])
    older = StoredEstimate.objects.filter(
        judge=stored.judge, requested_at__lt=stored.requested_at
    )
    older.exclude(state=ReportState.COMPUTING).delete()


def study_estimate(judge: StudyJudge, *, replicates: int = REPLICATES) -> PoweredStudy:
    """Both estimates of every source, from judgments and guesses as they are now.

    Args:
        judge: A judge that is done.
        replicates: Of the bootstrap of ranks.
    """
    study = judge.study
    material, _places = study_material(study)
    return powered_study(
        material,
        guesses_for(judge, material),
        facts_of(judge, material),
        study=study.title,
        judge=judge.name,
        titles=source_titles(study),
        chance=chances_of(study, material),
        replicates=replicates,
    )


def estimate_in(stored: StoredEstimate) -> PoweredStudy:
    """The estimates of one that is done."""
    return from_plain(PoweredStudy, stored.content)


@transaction.atomic
def record_choice(
    *, study: Study, kind: ChoiceKind, chances: Mapping[str, float] | None = None
) -> VideoChoice:
    """Record how the judged videos were chosen; replaces what was recorded.

    Args:
        study: Whose videos.
        kind: How.
        chances: By name of the video, where the kind is with known probabilities.

    Raises:
        AnalysisError: Probabilities are missing, out of range, or of other videos.
    """
    batches = {
        batch.video.label: batch
        for batch in Batch.objects.filter(study=study).select_related("video")
    }
    chances = chances or {}
    if (kind == ChoiceKind.PROBABILITIES) != bool(chances):
        raise AnalysisError(
            _("Give the probability of every video with this choice, and only with it.")
        )
    if unknown := sorted({*chances} - {*batches}):
        raise AnalysisError(
            _("The study has no video %(names)s.", names=", ".join(unknown[:5]))
        )
    if any(not 0 < chance <= 1 for chance in chances.values()):
        raise AnalysisError(_("A probability is above 0 and at most 1."))
    VideoChoice.objects.filter(study=study).delete()
    choice = VideoChoice.objects.create(
        study=study, kind=kind, recorded_at=timezone.now()
    )
    VideoChance.objects.bulk_create(
        VideoChance(choice=choice, batch=batches[label], chance=chance)
        for label, chance in chances.items()
    )
    return choice


def record_pupil(*, study: Study, source: Source, kind: JudgeKind) -> JudgePupil:
    """Record that a source was trained to please such a judge of the study."""
    return JudgePupil.objects.get_or_create(
        study=study,
        source=source,
        kind=kind,
        defaults={"recorded_at": timezone.now()},
    )[0]
