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
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts.http import SignedInRequest, page_of, wants_json

# A restart of the database takes seconds.
RETRY_AFTER_SECONDS = 15

GetResponse = Callable[[HttpRequest], HttpResponse]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """A form came from a page that is too old (another login, cleared cookies)."""
    page = page_of(cast("SignedInRequest", request))
    return render(request, "403_csrf.html", {"page": page}, status=403)


def login_locked(
    request: HttpRequest,
    response: HttpResponse | None = None,  # noqa: ARG001
    credentials: dict[str, object] | None = None,  # noqa: ARG001
) -> HttpResponse:
    """There were too many failed logins for this name from this address."""
    minutes = settings.AXES_COOLOFF_TIME // timedelta(minutes=1)
    return render(request, "accounts/locked.html", {"minutes": minutes}, status=429)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What came cannot be read, or is too much."""
    if isinstance(exception, RequestDataTooBig):
        return _impersonal(request, 413, "more than the server takes at once")
    return _impersonal(request, 400, "the request cannot be read")


def server_error(request: HttpRequest) -> HttpResponse:
    """The fault is ours; 503 while the database does not answer."""
    # Django calls this while it handles what was raised.
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        response = _impersonal(request, 503, "the database does not answer")
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return _impersonal(request, 500, "the server met an error, and has logged it")


def _impersonal(request: HttpRequest, status: int, words: str) -> HttpResponse:
    """A page that needs neither session nor database, and says not who one is."""
    if request.path.startswith("/api/") or wants_json(request):
        return JsonResponse({"detail": words}, status=status)
    return HttpResponse(render_to_string(f"{status}.html"), status=status)


def explain_forms(get_response: GetResponse) -> GetResponse:
    """Middleware: who opens an address that only takes forms sees why there is no page.

    A reload after a form, and the history, lead there. Without this, browsers show a
    fault of their own.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_opened = request.method == "GET" and not wants_json(request)
        if isinstance(response, HttpResponseNotAllowed) and is_opened:
            response.content = render_to_string("405.html", request=request)
        return response

    return middleware
