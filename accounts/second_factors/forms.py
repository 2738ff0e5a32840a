"""Codes and names that a person types; how often a code may be tried."""

from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms import refuse_after
from accounts.models import User
from accounts.rate_limits import OLD_PASSWORD, SECOND_FACTOR, RateLimit


class _LimitedCode(forms.Form):
    """A six-digit code; whoever knows the password alone cannot guess on."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Code")
        field.widget.attrs |= {"inputmode": "numeric", "autofocus": True}
        del field.widget.attrs["placeholder"]

    def clean_code(self) -> str:
        return str(_limited(SECOND_FACTOR, self.user, super().clean_code))  # type: ignore[misc]


class SignInCodeForm(_LimitedCode, AuthenticateForm):  # type: ignore[misc]
    """The code after the password."""


class ConfirmCodeForm(_LimitedCode, CodeAgainForm):  # type: ignore[misc]
    """The code again, before what matters."""


class NewAppForm(_LimitedCode, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an authenticator app that is added."""


class ConfirmPasswordForm(ReauthenticateForm):  # type: ignore[misc]
    """The password again, before what matters."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "autofocus": True}
        ),
    )

    def clean_password(self) -> str:
        return str(_limited(OLD_PASSWORD, self.user, self._right_password))

    def _right_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(_("This password is not correct."))
        return password


class NewKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A security key or passkey that is added, and its name."""

    name = forms.CharField(
        required=False,
        max_length=60,
        label=_("Name"),
        help_text=_("So that you know which one to remove when you lose it."),
    )


def _limited(limit: RateLimit, user: User, checked: Any) -> object:  # noqa: ANN401
    """What the check returns; wrong tries are counted, and too many refused.

    Raises:
        ValidationError: it is wrong, or there were too many tries.
    """
    who = str(user.pk)
    refuse_after(limit.wait(who))
    try:
        found: object = checked()
    except ValidationError:
        limit.count(who)
        raise
    limit.forget(who)
    return found
