"""Sessions of researchers and admins: their last use, and an end when there is none."""

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import ngettext

from accounts.http import wants_json
from accounts.models import User
from accounts.open_sessions.services import note_use

# In the session of a researcher or admin alone: seconds since the epoch.
_USED_AT: Final = "used_at"
# Notes are as exact as that, in seconds, and cost a write no more often.
_NOTED_EVERY: Final = 120


@receiver(user_logged_in, dispatch_uid="accounts.open_sessions")
def begin(request: HttpRequest, user: User, **_kwargs: Any) -> None:  # noqa: ANN401
    """List the new session."""
    if user.is_researcher:
        list_session(request, user)


def list_session(request: HttpRequest, user: User) -> None:
    """Note that the session is in use, under the key that it has now."""
    request.session[_USED_AT] = time.time()
    note_use(
        user=user,
        session=request.session,
        user_agent=request.headers.get("User-Agent", ""),
    )


def end_unused_sessions(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: sign out who was away for too long; note the others' use."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        # Without a session there is nothing to read, and no `Vary: Cookie`.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            _look_at(request)
        return get_response(request)

    return answered


def _look_at(request: HttpRequest) -> None:
    used_at = request.session.get(_USED_AT)
    if used_at is None:
        _list_new_researcher(request)
        return
    unused = time.time() - used_at
    limit = settings.IDLE_SIGN_OUT_HOURS * 3600
    if limit and unused > limit:
        logout(request)
        _tell(request)
    elif unused > _NOTED_EVERY and _is_by_hand(request):
        user = request.user
        if user.is_authenticated:
            list_session(request, user)


def _list_new_researcher(request: HttpRequest) -> None:
    """Whose role has changed since they signed in; annotators are nobody's business."""
    user = request.user
    if user.is_authenticated and user.is_researcher:
        list_session(request, user)


def _is_by_hand(request: HttpRequest) -> bool:
    """Pages ask for news of themselves: that is nobody's use."""
    is_script = "HX-Request" in request.headers or wants_json(request)
    return request.method not in ("GET", "HEAD") or not is_script


def _tell(request: HttpRequest) -> None:
    if not _is_by_hand(request):
        return
    hours = settings.IDLE_SIGN_OUT_HOURS
    said = ngettext(
        "You were signed out after %(hours)d hour without use.",
        "You were signed out after %(hours)d hours without use.",
        hours,
    )
    messages.info(request, said % {"hours": hours})
