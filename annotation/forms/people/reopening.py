"""Opening a submitted batch again."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReopeningForm(forms.Form):
    """Why a submitted batch is opened again."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        label=_("Reason"),
        help_text=_("The study's log keeps it, with your name."),
    )
