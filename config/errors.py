"""Error pages that say what happened and what to do next."""

import sys
from collections.abc import Callable
from typing import cast

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
)

from accounts.http import SignedInRequest, page_of, wants_json
from pages.errors import OUTDATED_FORM, again, error_page

# A restart of the database takes seconds.
RETRY_AFTER_SECONDS = 15

GetResponse = Callable[[HttpRequest], HttpResponse]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form's page was opened before another sign-in, or without its cookies."""
    page = page_of(cast("SignedInRequest", request))
    way = again(page) if page else None
    return error_page(403, request, error=OUTDATED_FORM, way=way)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The page is for another role."""
    return error_page(403, request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Nothing has this address, or nothing that this person may see."""
    return error_page(404, request)


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


def refuse_null_characters(get_response: GetResponse) -> GetResponse:
    """Middleware: PostgreSQL has no null character, so no page has one in its address.

    Forms refuse it themselves, field by field.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return _impersonal(request, 400, "The request can't be read.")
        return get_response(request)

    return middleware


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
