"""Where people go whose session ended and who have no password: a cookie knows."""

from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_COOKIE: Final = "way_back"
_SALT: Final = "accounts.ways_back"
_MAX_AGE: Final = 365 * 24 * 3600


def remember_way_back(response: HttpResponseBase, path: str) -> None:
    """Let the browser keep the page that tells how to come in again."""
    response.set_signed_cookie(
        _COOKIE,
        path,
        salt=_SALT,
        max_age=_MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_way_back(response: HttpResponseBase) -> None:
    """From now on the person of this browser signs in with a password."""
    response.delete_cookie(_COOKIE, samesite="Lax")


def way_back(request: HttpRequest) -> str:
    """The path of the page to go to instead of signing in; empty: sign in."""
    try:
        path = request.get_signed_cookie(_COOKIE, salt=_SALT, max_age=_MAX_AGE)
    except (KeyError, signing.BadSignature):
        return ""
    return path or ""
