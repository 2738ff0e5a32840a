"""The page of preference data: what may be trained on, and the files."""

from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analysis.models import EvaluationOnly, PreferenceExport
from analysis.preferences.counts import Counts
from analysis.preferences.kinds import Kind
from analysis.selectors.learning_rounds import rounds_of
from analysis.selectors.preferences import (
    benchmark_videos,
    consent_versions,
    newest_export,
    refusal_of,
)
from analysis.services.preferences import counts_in
from annotation.models import Study
from pages.localising import localised

USES: dict[Kind, Promise] = {
    Kind.BINARY: _("comments that people take for human or not: KTO, reward models"),
    Kind.PAIRS: _("two comments under one video, one looks more human: DPO"),
    Kind.INDIVIDUAL: _("every judgment, with a number for each annotator"),
}


class KindForm(forms.Form):
    """Which files to make."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in Kind])


class TrainingUseForm(forms.Form):
    """What a researcher records: one thing at a time."""

    consent = forms.IntegerField(required=False, min_value=1)
    not_consent = forms.IntegerField(required=False, min_value=1)
    evaluation_only = forms.TypedChoiceField(
        required=False,
        choices=[("yes", "yes"), ("no", "no")],
        coerce=lambda value: value == "yes",
        empty_value=None,
    )


@dataclass(frozen=True)
class KindView:
    """A kind as the page shows it; without counts it was not made yet."""

    kind: Kind
    use: Promise
    export: PreferenceExport | None
    counts: Counts | None


def preferences_page(study: Study) -> dict[str, object]:
    """What the template needs."""
    kinds = [_kind(study, kind) for kind in Kind]
    return {
        "study": study,
        "refusal": localised(refusal_of(study)),
        "consent_versions": consent_versions(study),
        "is_evaluation_only": EvaluationOnly.objects.filter(study=study).exists(),
        "benchmark_videos": len(benchmark_videos(study)),
        "kinds": kinds,
        "rounds": rounds_of(study),
        "is_pending": any(one.export and one.export.is_pending for one in kinds),
    }


def _kind(study: Study, kind: Kind) -> KindView:
    export = newest_export(study, kind)
    is_done = export is not None and export.is_done
    counts = counts_in(export) if export is not None and is_done else None
    return KindView(kind, USES[kind], export, counts)
