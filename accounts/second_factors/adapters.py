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
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_address
from accounts.freshness import is_fresh
from accounts.models import User
from accounts.single_sign_on.services import is_configured, is_connected
from accounts.usernames import mixes_alphabets

# What a page says after a step; allauth's other messages tell what is seen anyway.
_SAID: Final[dict[str, Promise]] = {
    "mfa/messages/totp_activated.txt": _("Authenticator app added."),
    "mfa/messages/totp_deactivated.txt": _("Authenticator app removed."),
    "mfa/messages/webauthn_added.txt": _("Security key added."),
    "mfa/messages/webauthn_removed.txt": _("Security key removed."),
    "socialaccount/messages/account_connected.txt": _("You are connected."),
    "socialaccount/messages/account_connected_updated.txt": _("You are connected."),
    "socialaccount/messages/account_connected_other.txt": _(
        "That account is connected with another account here. Nothing has changed."
    ),
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

    def clean_username(self, username: str, *args: object, **kwargs: object) -> str:
        if mixes_alphabets(username):
            raise self.validation_error("invalid_username")
        cleaned: str = super().clean_username(username, *args, **kwargs)
        return cleaned

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Who comes in for the first time, or was shut out."""
        context = {"username": user.get_username()}
        page = "accounts/single_sign_on/waiting.html"
        return render(request, page, context, status=403)

    def get_reauthentication_methods(
        self, user: User | AnonymousUser
    ) -> list[dict[str, Any]]:
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if is_configured() and user.is_authenticated and is_connected(user):
            name = {"name": settings.OIDC_NAME}
            said = _("Sign in with %(name)s") % name
            url = reverse("sso_confirm")
            methods.append({"id": "sso", "description": said, "url": url})
        return methods

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

    def is_mfa_enabled(self, user: User | AnonymousUser, types: Any = None) -> bool:  # noqa: ANN401
        """Annotators are never asked; nor is who became one."""
        if user.is_authenticated and user.is_annotator:
            return False
        return bool(super().is_mfa_enabled(user, types))

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
