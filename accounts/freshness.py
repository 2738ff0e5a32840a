"""Whether a person has just shown who they are: asked for again before what matters.

A page that was left open must not be enough to seal a study, to take its data away or
to give somebody a role. Signing in counts, and so does confirming it again.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.http import GuardedView, SignedInRequest

P = ParamSpec("P")

_SIGNED_IN_AT: Final = "signed_in_at"


@receiver(user_logged_in, dispatch_uid="accounts.freshness")
def remember_sign_in(request: HttpRequest, **_kwargs: Any) -> None:  # noqa: ANN401
    """Let the session know when it began."""
    request.session[_SIGNED_IN_AT] = time.time()


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person signed in, or confirmed it, within the time that is set."""
    records = get_authentication_records(request, request.user)
    confirmed = [record["at"] for record in records if record.get("reauthenticated")]
    latest: float = max([request.session.get(_SIGNED_IN_AT, 0.0), *confirmed])
    return time.time() - latest < _lifetime().total_seconds()


def _lifetime() -> timedelta:
    return timedelta(minutes=settings.FRESH_SIGN_IN_MINUTES)


def fresh_sign_in_required(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase],
) -> GuardedView[P]:
    """Ask for the password or the second factor again; what was asked for goes on.

    Stands below the decorator that lets a role in. A program's token is no session and
    is never asked.
    """

    @wraps(view)
    def guarded(
        request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not is_fresh(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]
