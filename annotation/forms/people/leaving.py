"""Leaving a study."""

from django import forms


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
