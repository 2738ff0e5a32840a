"""Opening a submitted batch again."""

from django import forms


class ReopeningForm(forms.Form):
    """Why a submitted batch is opened again."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The study's log keeps it, with your name.",
    )
