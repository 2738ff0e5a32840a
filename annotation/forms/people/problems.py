"""Answering what annotators reported."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ProblemAnswerForm(forms.Form):
    """What was done about a report."""

    note = forms.CharField(
        required=False,
        max_length=2000,
        label=_("Note"),
        help_text=_("For researchers of this study. Annotators don't see it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
