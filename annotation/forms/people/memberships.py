"""Who is in a study."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import BaseUserCreationForm
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.forms import password_rules, refuse_after
from accounts.models import User
from accounts.rate_limits import NEW_LOGIN


class UsernamesForm(forms.Form):
    """People with a login, by their names."""

    usernames = forms.CharField(
        label=_("Usernames"),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("Separated by spaces, commas or new lines."),
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
            msg = ngettext(
                "No account has the username %(names)s. Invite this person with a "
                "link.",
                "No accounts have the usernames %(names)s. Invite these people with a "
                "link.",
                len(unknown),
            ) % {"names": ", ".join(unknown)}
            raise forms.ValidationError(msg)
        return [people[name] for name in names]


class ExclusionForm(forms.Form):
    """Why an annotator is left out of the results."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Shown in every report. Describe what you saw, without naming the person."
        ),
    )
    frees_places = forms.BooleanField(
        label=_("Give their batches to other annotators"),
        required=False,
        initial=True,
        help_text=_(
            "Each batch is then judged by as many annotators as planned. You can undo "
            "the exclusion until someone else has started one of these batches."
        ),
    )


class NewLoginForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """A person who joins a study creates a login; one address creates so many."""

    def __init__(self, data: QueryDict | None, *, address: str) -> None:
        super().__init__(data)
        self._address = address
        self.fields["username"].help_text = _("Letters, digits and @ . + - _")
        self.fields["password1"].help_text = password_rules()
        self.fields["password2"].help_text = ""
        self.fields["password2"].label = _("Password again")
        # Of use only where this site can write to it.
        if not settings.HAS_MAIL:
            del self.fields["email"]

    def clean(self) -> dict[str, Any] | None:
        refuse_after(NEW_LOGIN.wait(self._address))
        return super().clean()

    class Meta:
        model = User
        fields = ("username", "email")
        labels = {"email": _("E-mail (optional)")}
        help_texts = {"email": _("Only for a link when you forget your password.")}
