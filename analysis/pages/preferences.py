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
from corpus.models import Origin, Source
from pages.localising import localised

_RESULT_BYTES = 5 * 1024 * 1024
USES: dict[Kind, Promise] = {
    Kind.BINARY: _("comments that people take for human or not: KTO, reward models"),
    Kind.PAIRS: _("two comments under one video, one looks more human: DPO"),
    Kind.INDIVIDUAL: _("every judgment, with a number for each annotator"),
}


class KindForm(forms.Form):
    """Which files to make."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in Kind])


class LearningRoundForm(forms.Form):
    """A training run that learned from this study's judgments."""

    result = forms.FileField(
        label=_("Result of the run"),
        help_text=_("The file result.json in the run's output folder."),
        widget=forms.FileInput(attrs={"accept": ".json"}),
    )
    checkpoint_hash = forms.RegexField(
        r"^[0-9a-f]{64}$",
        label=_("SHA-256 of the trained weights"),
        help_text=_("sha256sum best/*.safetensors prints it."),
        error_messages={"invalid": _("A SHA-256 has 64 digits, 0 to 9 and a to f.")},
    )
    start = forms.ModelChoiceField(
        Source.objects.filter(origin=Origin.AI).order_by("title"),
        to_field_name="key",
        label=_("Trained from"),
    )
    trained_key = forms.SlugField(
        max_length=80, label=_("Key of the trained version, a new source")
    )
    title = forms.CharField(max_length=120, required=False, label=_("Its title"))

    def clean_result(self) -> str:
        """The file's text."""
        upload = self.cleaned_data["result"]
        if upload.size > _RESULT_BYTES:
            raise forms.ValidationError(_("The file is too large for a result.json."))
        try:
            return str(upload.read().decode())
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("The file is no text in UTF-8.")) from error


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


def preferences_page(
    study: Study, round_form: LearningRoundForm | None = None
) -> dict[str, object]:
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
        "round_form": round_form or LearningRoundForm(),
        "is_pending": any(one.export and one.export.is_pending for one in kinds),
    }


def _kind(study: Study, kind: Kind) -> KindView:
    export = newest_export(study, kind)
    is_done = export is not None and export.is_done
    counts = counts_in(export) if export is not None and is_done else None
    return KindView(kind, USES[kind], export, counts)
