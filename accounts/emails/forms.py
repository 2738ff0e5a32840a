"""The address that a person wants to be reached at."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.password_forms import count_mail


class AddressForm(forms.Form):
    """An e-mail address; one mailbox and one network are written to so often."""

    email = forms.EmailField(
        max_length=254,
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._address = address

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        count_mail(email, self._address)
        return email
