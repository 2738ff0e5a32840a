"""What researchers enter on the pages of builds."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SealForm(forms.Form):
    """Sealing a build; a flagged one needs a reason, which the service asks for."""

    reason = forms.CharField(
        label=_("Reason for using a flagged build"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
