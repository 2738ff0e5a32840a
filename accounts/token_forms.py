"""The form that makes an API token."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import TokenScope


class TokenForm(forms.Form):
    """What a token is for, what it may do and when it ends."""

    name = forms.CharField(
        max_length=80,
        label=_("Name"),
        help_text=_("The program that will use it, so that you know which to revoke."),
    )
    scope = forms.ChoiceField(
        choices=TokenScope.choices, initial=TokenScope.READ, label=_("Allows")
    )
    days = forms.TypedChoiceField(
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("1 year"))],
        coerce=int,
        initial=30,
        label=_("Expires after"),
    )

    @property
    def lifetime(self) -> timedelta:
        """How long it works; the form is valid."""
        return timedelta(days=self.cleaned_data["days"])
