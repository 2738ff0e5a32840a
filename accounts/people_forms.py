"""Forms of the people page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role


class InvitePersonForm(forms.Form):
    """A new account; its owner sets the password."""

    username = forms.CharField(
        max_length=150,
        label=_("Username"),
    )
    email = forms.EmailField(
        required=False,
        label=_("E-mail address"),
        help_text=_("For a forgotten password. Leave it empty if you don't know it."),
    )
    role = forms.ChoiceField(choices=Role.choices, label=_("Role"))


class RoleForm(forms.Form):
    """Another role for a person."""

    role = forms.ChoiceField(choices=Role.choices, label=_("Role"))
