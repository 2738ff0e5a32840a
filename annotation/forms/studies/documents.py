"""The texts of a study."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

PLACEHOLDERS: Final = _(
    "{question}, {verdicts}, {realism_question}, {lowest}, {highest} and {scale} are "
    "replaced with the words of the study's instrument."
)


class DocumentForm(forms.Form):
    """A new version of one text."""

    text = forms.CharField(
        label=_("Text (Markdown)"),
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=PLACEHOLDERS,
    )
