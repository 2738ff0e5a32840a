"""Error pages that say what happened and what to do next."""

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.utils.translation import gettext, ngettext

from accounts.http import SignedInRequest, page_of, wants_json
from pages.errors import OUTDATED_FORM, ErrorPage, error_page

# A restart of the database takes seconds.
RETRY_AFTER_SECONDS = 15

GetResponse = Callable[[HttpRequest], HttpResponse]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form's page was opened before another sign-in, or without its cookies."""
    page = page_of(cast("SignedInRequest", request))
    return error_page(403, request, error=OUTDATED_FORM, page=page)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The page is for another role."""
    return error_page(403, request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Nothing has this address, or nothing that this person may see."""
    return error_page(404, request)


def login_locked(
    request: HttpRequest,
    response: HttpResponse | None = None,  # noqa: ARG001
    credentials: dict[str, object] | None = None,  # noqa: ARG001
) -> HttpResponse:
    """There were too many failed attempts to sign in as this person from here."""
    minutes = settings.AXES_COOLOFF_TIME // timedelta(minutes=1)
    text = ngettext(
        "There were too many failed attempts for this username from your address. "
        "Wait %(minutes)d minute and try again, or ask an admin.",
        "There were too many failed attempts for this username from your address. "
        "Wait %(minutes)d minutes and try again, or ask an admin.",
        minutes,
    ) % {"minutes": minutes}
    return error_page(
        429, request, error=ErrorPage(gettext("Sign-in is locked for now"), text)
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request can't be read, or is too large."""
    if isinstance(exception, RequestDataTooBig):
        return _impersonal(request, 413, "The request is too large.")
    return _impersonal(request, 400, "The request can't be read.")


def server_error(request: HttpRequest) -> HttpResponse:
    """The fault is ours; 503 while the database isn't responding."""
    # Django calls this while it handles what was raised.
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        response = _impersonal(request, 503, "The database isn't responding.")
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return _impersonal(request, 500, "The server failed. The error has been logged.")


def _impersonal(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """A page that needs neither session nor database, and doesn't say who one is."""
    if request.path.startswith("/api/") or wants_json(request):
        return JsonResponse({"detail": detail}, status=status)
    return error_page(status)


def explain_forms(get_response: GetResponse) -> GetResponse:
    """Middleware: whoever opens an address that only takes forms gets an error page.

    A reload after a form, and the history, lead there. Without this, browsers show an
    error of their own.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_opened = request.method == "GET" and not wants_json(request)
        if isinstance(response, HttpResponseNotAllowed) and is_opened:
            response.content = error_page(405, request).content
        return response

    return middleware
