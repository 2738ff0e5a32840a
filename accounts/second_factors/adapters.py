"""What django-allauth asks of us: our words, our rules, our addresses."""

import base64
import hashlib
import hmac
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_address
from accounts.freshness import is_fresh
from accounts.models import User

# What a page says after a step; allauth's other messages tell what is seen anyway.
_SAID: Final[dict[str, Promise]] = {
    "mfa/messages/totp_activated.txt": _("Authenticator app added."),
    "mfa/messages/totp_deactivated.txt": _("Authenticator app removed."),
    "mfa/messages/webauthn_added.txt": _("Security key added."),
    "mfa/messages/webauthn_removed.txt": _("Security key removed."),
    "mfa/messages/recovery_codes_generated.txt": _(
        "Your recovery codes are ready. Keep them in a safe place."
    ),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signing in and confirming it, as this platform does them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Accounts come from admins and from invitations."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *_context: object,
        message: str | None = None,
        **_kwargs: object,
    ) -> None:
        said = message or _SAID.get(message_template or "")
        if said:
            messages.add_message(request, level, str(said))

    def is_reauthentication_required(self, **_kwargs: Any) -> bool:  # noqa: ANN401
        return not is_fresh(self.request)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Names and secrets of second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "This code is not correct. Wait for the next one, and try again."
        ),
        "cannot_generate_recovery_codes": _(
            "Add an authenticator app or a security key first."
        ),
    }

    def get_totp_issuer(self) -> str:
        return "MIMIC-Bench"

    def get_totp_label(self, user: User) -> str:
        return user.get_username()

    def encrypt(self, text: str) -> str:
        """Stored secrets are of no use to who has a copy of the database alone."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; of another key, one that no code fits."""
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return ""

    def generate_authenticator_name(
        self,
        user: User,
        type: Authenticator.Type,  # noqa: A002
    ) -> str:
        """A name for a person's next key."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return str(_("Security key %(number)d") % {"number": count + 1})


def _fernet() -> Fernet:
    key = settings.SECOND_FACTOR_KEY.encode()
    digest = hmac.digest(key, b"accounts.second_factors", hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(digest))
