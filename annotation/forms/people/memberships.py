"""Who is in a study."""

import re
from typing import Any

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.http import QueryDict

from accounts.forms import refuse_after
from accounts.models import User
from accounts.rate_limits import NEW_LOGIN


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
    """A person who joins a study creates a login; one address creates so many."""

    def __init__(self, data: QueryDict | None, *, address: str) -> None:
        super().__init__(data)
        self._address = address

    def clean(self) -> dict[str, Any] | None:
        refuse_after(NEW_LOGIN.wait(self._address))
        return super().clean()

    class Meta:
        model = User
        fields = ("username",)
