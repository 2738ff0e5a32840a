"""Downloads and uploads: for a browser that is signed in, and programs with a token."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, AuthenticationFailed, Throttled
from rest_framework.request import Request

from accounts.http import GuardedView, SignedInRequest, researcher_required
from accounts.models import ApiToken
from accounts.tokens import LimitedTokenAuthentication

P = ParamSpec("P")


def download_for_researchers(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase],
) -> GuardedView[P]:
    """As `researcher_required`; a token that may read everything lets in as well.

    What asks for no page (no `text/html` among what it accepts) or sends a token is a
    program: it gets 401 where a browser is sent to sign in.
    """
    return _for_programs_too(
        view,
        lambda token: (
            "" if token.reads_everything else _("This token can read progress only.")
        ),
    )


def upload_for_researchers(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase],
) -> GuardedView[P]:
    """As `researcher_required`; a token that may change things lets in as well.

    Who sends none is told where to sign in: the proxy hands that on to browsers.
    """
    guarded = researcher_required(view)
    for_tokens = _for_programs_too(
        view, lambda token: "" if token.may_change else _("This token can only read.")
    )

    @wraps(view)
    def answered(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        has_token = "Authorization" in request.headers
        return (for_tokens if has_token else guarded)(request, *args, **kwargs)

    return answered


def _for_programs_too(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase],
    refusal: Callable[[ApiToken], str],
) -> GuardedView[P]:
    """The view for who is signed in, and for tokens that `refusal` says nothing of."""
    guarded = researcher_required(view)

    @wraps(view)
    def answered(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        try:
            found = LimitedTokenAuthentication().authenticate(Request(request))
        except (AuthenticationFailed, Throttled) as error:
            return _refused(error)
        if found is not None:
            request.user, token = found
            request.is_program = True  # type: ignore[attr-defined]
            if detail := refusal(token):
                return JsonResponse({"detail": detail}, status=403)
        elif not request.user.is_authenticated and not is_browser(request):
            return _refused(AuthenticationFailed(_("Send a token, or sign in.")))
        return guarded(request, *args, **kwargs)

    return answered


def is_program(request: HttpRequest) -> bool:
    """Whether a token of its owner's let the request in."""
    return getattr(request, "is_program", False)


def is_browser(request: HttpRequest) -> bool:
    """Whether it asks for a page."""
    return "text/html" in request.headers.get("Accept", "")


def _refused(error: APIException) -> JsonResponse:
    response = JsonResponse({"detail": str(error.detail)}, status=error.status_code)
    if isinstance(error, Throttled):
        response["Retry-After"] = str(error.wait)  # type: ignore[attr-defined]
    else:
        response["WWW-Authenticate"] = "Token"
    return response
