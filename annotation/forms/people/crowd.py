"""Continuing on another device."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class ResumeForm(forms.Form):
    """The code that the first device showed."""

    resume_code = forms.CharField(
        label=gettext_lazy("Your code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "size": 16}
        ),
    )

    def refuse(self) -> None:
        """Say the same, whatever is wrong with the code."""
        msg = _(
            "This code doesn't work. Each code works once, for 24 hours. Create a new "
            "one on the device on which you started."
        )
        self.add_error("resume_code", msg)
