"""Devices on which a person has signed in before: a signed cookie of the browser."""

from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

_COOKIE: Final = "device"
_SALT: Final = "accounts.devices"
_MAX_AGE: Final = 365 * 24 * 3600


def remember_device(response: HttpResponse, name: str) -> None:
    """Let the browser keep that this name signed in on it; not the name itself."""
    response.set_signed_cookie(
        _COOKIE,
        _mark(name),
        salt=_SALT,
        max_age=_MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_known_device(request: HttpRequest, name: str) -> bool:
    """Whether the last person who signed in on this device used this name."""
    try:
        mark = request.get_signed_cookie(_COOKIE, salt=_SALT, max_age=_MAX_AGE)
    except (KeyError, signing.BadSignature):
        return False
    return mark is not None and constant_time_compare(mark, _mark(name))


def _mark(name: str) -> str:
    digest = salted_hmac(_SALT, name.casefold(), algorithm="sha256")
    return digest.hexdigest()
