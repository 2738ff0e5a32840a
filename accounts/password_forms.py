"""Forms for people who don't know their password any more."""

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

from accounts.forms import password_rules, refuse_after
from accounts.models import User
from accounts.rate_limits import PASSWORD_MAIL, PASSWORD_MAIL_BY_ADDRESS


class ResetRequestForm(PasswordResetForm):
    """An e-mail address; the page says the same whether an account has it or not."""

    def __init__(self, *args: Any, address: str = "", **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._address = address

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        count_mail(email, self._address)
        return email


class ChosenPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """A new password for who came by a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = password_rules()
        self.fields["new_password2"].help_text = ""


class PasswordLinkForm(forms.Form):
    """Whom an admin makes a link for."""

    username = forms.CharField(max_length=150, label=_("Username"))

    def clean_username(self) -> User:
        """The person; somebody who can sign in with a password."""
        name: str = self.cleaned_data["username"]
        user = User.objects.filter(username=name).first()
        if user is None:
            msg = _("No account has this username.")
            raise forms.ValidationError(msg)
        if not (user.is_active and user.has_usable_password()):
            msg = _("This account can't sign in with a password.")
            raise forms.ValidationError(msg)
        return user


def count_mail(email: str, address: str) -> None:
    """One network, and one mailbox, are written to so often and no more.

    Raises:
        ValidationError: with the code `too_many_tries`.
    """
    tries = [(PASSWORD_MAIL, email.casefold()), (PASSWORD_MAIL_BY_ADDRESS, address)]
    refuse_after(max(limit.wait(who) for limit, who in tries))
    for limit, who in tries:
        limit.count(who)
