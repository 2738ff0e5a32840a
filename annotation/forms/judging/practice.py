"""Before the first batch: the comprehension check and training."""

from collections.abc import Mapping, Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from annotation.errors import MalformedAnswersError
from annotation.forms.judging.answers import posted_choices
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
    """Both answers on one practice comment, from the row that batches have."""

    position = forms.IntegerField(min_value=1)

    def __init__(self, instrument: Instrument, data: QueryDict) -> None:
        super().__init__(data)
        self._instrument = instrument
        self._posted = data

    def clean(self) -> None:
        """The choice made in the row, which is the page's only one."""
        super().clean()
        try:
            choices = posted_choices(self._posted, self._instrument)
        except MalformedAnswersError as error:
            raise forms.ValidationError(str(error)) from error
        if len(choices) != 1 or None in (choices[0].verdict, choices[0].score):
            raise forms.ValidationError(_("Answer both questions."))
        self.cleaned_data["choice"] = choices[0]
