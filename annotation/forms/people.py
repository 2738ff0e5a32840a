"""Who is in a study."""

import re

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm

from accounts.models import User


class UsernamesForm(forms.Form):
    """People with a login, by their names."""

    usernames = forms.CharField(
        label="Login names",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="Separated by spaces, commas or line ends.",
    )

    def clean_usernames(self) -> list[User]:
        """The people, in the order given."""
        names = [
            *dict.fromkeys(re.split(r"[\s,;]+", self.cleaned_data["usernames"].strip()))
        ]
        people = {
            user.username: user for user in User.objects.filter(username__in=names)
        }
        if unknown := [name for name in names if name not in people]:
            msg = (
                f"There is no login {', '.join(unknown)}. Invite the person by a link."
            )
            raise forms.ValidationError(msg)
        return [people[name] for name in names]


class ExclusionForm(forms.Form):
    """Why an annotator is left out of the results."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Every report names it. Write what you saw, not who it was.",
    )


class NewLoginForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """A person who joins a study makes a login."""

    class Meta:
        model = User
        fields = ("username",)
