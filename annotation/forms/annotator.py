"""Forms around the batches: consent, comprehension check, training, leaving."""

from collections.abc import Mapping, Sequence

from django import forms

from annotation.models import (
    ComprehensionQuestion,
    DocumentKind,
    StudyDocument,
    Verdict,
)

_AGREEMENTS = {
    DocumentKind.GUIDELINES: "I have read the guidelines",
    DocumentKind.CONSENT: "I agree to take part",
}


class ConsentForm(forms.Form):
    """One agreement for each text, in the version that was shown."""

    def __init__(
        self,
        documents: Sequence[StudyDocument],
        data: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data)
        self.kinds = [DocumentKind(document.kind) for document in documents]
        for kind, document in zip(self.kinds, documents, strict=True):
            self.fields[kind.value] = forms.BooleanField(
                label=_AGREEMENTS[kind],
                error_messages={"required": "Tick this box to go on."},
            )
            self.fields[f"{kind.value}_version"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=document.version
            )

    @property
    def versions(self) -> dict[DocumentKind, int]:
        """The versions that were shown, by kind of text; the form is valid."""
        return {kind: self.cleaned_data[f"{kind.value}_version"] for kind in self.kinds}


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
                error_messages={"required": "Choose an answer."},
            )

    @property
    def answers(self) -> dict[int, int]:
        """Index of the choice by the question's position; the form is valid."""
        return {p: self.cleaned_data[f"question-{p}"] for p in self.positions}


class TrainingForm(forms.Form):
    """The verdict on one practice comment."""

    position = forms.IntegerField(min_value=1)
    verdict = forms.ChoiceField(choices=Verdict.choices)


class LeavingForm(forms.Form):
    """What becomes of the answers of somebody who leaves."""

    KEEP = "keep"
    DELETE = "delete"

    answers = forms.ChoiceField(
        label="What shall become of your answers?",
        choices=[
            (KEEP, "Keep what I submitted, without my name"),
            (DELETE, "Delete everything that I answered"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the two."},
    )
