"""Requests of people who are signed in, and the decorators that let them in."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from accounts.ways_back import way_back

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request of a person who is signed in."""

    user: User
    htmx: HtmxDetails


SignedInView = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]
GuardedView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def annotator_required(view: SignedInView[P]) -> GuardedView[P]:
    """For annotators only: whoever may see sources never judges."""
    return _guarded(view, lambda user: user.is_annotator)


def researcher_required(view: SignedInView[P]) -> GuardedView[P]:
    """For researchers and admins."""
    return _guarded(view, lambda user: user.is_researcher)


def admin_required(view: SignedInView[P]) -> GuardedView[P]:
    """For admins only."""
    return _guarded(view, lambda user: user.is_admin)


def signed_in_required(view: SignedInView[P]) -> GuardedView[P]:
    """For everyone with an account."""
    return _guarded(view, lambda user: user.is_authenticated)


def _guarded(
    view: SignedInView[P], is_allowed: Callable[[User], bool]
) -> GuardedView[P]:
    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _login_needed(cast("SignedInRequest", request))
        if not is_allowed(request.user):
            raise PermissionDenied
        response = view(cast("SignedInRequest", request), *args, **kwargs)
        # Neither a proxy nor the back button may show what was true once.
        patch_cache_control(response, no_store=True)
        return response

    return guarded


def wants_json(request: HttpRequest) -> bool:
    """Whether the client prefers JSON to a page or a fragment of one."""
    preferred = request.get_preferred_type(["text/html", "application/json"])
    return preferred == "application/json"


def _login_needed(request: SignedInRequest) -> HttpResponseBase:
    """Redirect a page to the sign-in page; tell a script where it is (`X-Login`).

    Who came without a password goes to the page that tells how to come back.
    """
    page = page_of(request)
    back = way_back(request)
    if not (request.htmx or wants_json(request)):
        return redirect(back) if back else redirect_to_login(page)
    login = back or f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page})}"
    response = (
        JsonResponse({"login": login}, status=401)
        if wants_json(request)
        else render(
            request,
            "accounts/_logged_out.html",
            {"login_url": login, "has_way_back": bool(back)},
            status=401,
        )
    )
    response["X-Login"] = login
    return response


def page_of(request: SignedInRequest) -> str:
    """The page that the person is on: where to return to."""
    if request.htmx and request.htmx.current_url_abs_path:
        return request.htmx.current_url_abs_path
    if request.method in ("GET", "HEAD") and not wants_json(request):
        return request.get_full_path()
    referrer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referrer, {request.get_host()}):
        return urlsplit(referrer).path
    return resolve_url(settings.LOGIN_REDIRECT_URL)
