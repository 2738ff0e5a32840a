"""Agreeing to the texts of a study."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.models import DocumentKind, StudyDocument

_AGREEMENTS = {
    DocumentKind.GUIDELINES: _("I have read the guidelines"),
    DocumentKind.CONSENT: _("I agree to take part"),
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
                error_messages={"required": _("Tick this box to continue.")},
            )
            self.fields[f"{kind.value}_version"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=document.version
            )

    @property
    def versions(self) -> dict[DocumentKind, int]:
        """The versions that were shown, by kind of text; the form is valid."""
        return {kind: self.cleaned_data[f"{kind.value}_version"] for kind in self.kinds}
