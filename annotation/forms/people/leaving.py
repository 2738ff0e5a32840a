"""Leaving a study."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LeavingForm(forms.Form):
    """What happens to the answers of someone who leaves."""

    KEEP = "keep"
    DELETE = "delete"

    answers = forms.ChoiceField(
        label=_("What should happen to your answers?"),
        choices=[
            (KEEP, _("Keep what I submitted, without my name")),
            (DELETE, _("Delete all my answers")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two options.")},
    )
