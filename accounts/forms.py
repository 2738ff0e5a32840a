"""Forms that try a password, and how often they may."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.addresses import client_address
from accounts.devices import is_known_device
from accounts.rate_limits import (
    OLD_PASSWORD,
    SIGN_IN,
    SIGN_IN_BY_ADDRESS,
    SIGN_IN_BY_NAME,
)

TOO_MANY_TRIES = "too_many_tries"


class SignInForm(AuthenticationForm):
    """Name and password.

    A name is locked for the address that failed with it, never for the person: who
    guesses from elsewhere locks out nobody but themselves. Many guesses at one name
    from many addresses are refused as well, but not on a device on which the person
    has signed in before.
    """

    def clean(self) -> dict[str, Any]:
        name = str(self.cleaned_data.get("username", "")).casefold()
        address = client_address(self.request) if self.request else ""
        tried = [(SIGN_IN, (name, address)), (SIGN_IN_BY_ADDRESS, (address,))]
        if self.request and not is_known_device(self.request, name):
            tried.append((SIGN_IN_BY_NAME, (name,)))
        refuse_after(max(limit.wait(*who) for limit, who in tried))
        try:
            cleaned = super().clean()
        except ValidationError:
            for limit, who in tried:
                limit.count(*who)
            raise
        SIGN_IN.forget(name, address)
        return cleaned


def password_rules() -> str:
    """What `AUTH_PASSWORD_VALIDATORS` ask, in two sentences in place of a list."""
    rules = _(
        "Use at least %(length)d characters, not only digits. Passwords that are "
        "common, or like your username, are refused."
    )
    return rules % {"length": settings.MIN_PASSWORD_LENGTH}


class NewPasswordForm(PasswordChangeForm):
    """The old password and a new one; whoever finds an open page cannot guess on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = password_rules()

    def clean_old_password(self) -> str:
        who = str(self.user.pk)
        refuse_after(OLD_PASSWORD.wait(who))
        try:
            old = super().clean_old_password()
        except ValidationError:
            OLD_PASSWORD.count(who)
            raise
        OLD_PASSWORD.forget(who)
        return old


def refuse_after(wait: timedelta) -> None:
    """Refuse the form while there is a wait, and say how long.

    Raises:
        ValidationError: with the code `too_many_tries`.
    """
    if not wait:
        return
    minutes = -(-wait // timedelta(minutes=1))
    raise ValidationError(
        ngettext(
            "Too many attempts. Try again in %(minutes)d minute.",
            "Too many attempts. Try again in %(minutes)d minutes.",
            minutes,
        ),
        code=TOO_MANY_TRIES,
        params={"minutes": minutes},
    )
