"""Before the first batch: the comprehension check and training."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext as _

from annotation.instrument import Instrument
from annotation.models import ComprehensionQuestion


class ComprehensionForm(forms.Form):
    """One group of choices a question; their order is the question's own."""

    def __init__(
        self,
        questions: Sequence[ComprehensionQuestion],
        data: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data)
        self.positions = [question.position for question in questions]
        for question in questions:
            self.fields[f"question-{question.position}"] = forms.TypedChoiceField(
                label=question.text,
                choices=list(enumerate(question.choices)),
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose an answer.")},
            )

    @property
    def answers(self) -> dict[int, int]:
        """Index of the choice by the question's position; the form is valid."""
        return {p: self.cleaned_data[f"question-{p}"] for p in self.positions}


class TrainingForm(forms.Form):
    """The verdict on one practice comment."""

    position = forms.IntegerField(min_value=1)

    def __init__(self, instrument: Instrument, data: Mapping[str, object]) -> None:
        super().__init__(data)
        self.fields["verdict"] = forms.ChoiceField(choices=instrument.labels.items())
