"""Whether a person has just shown who they are: asked for again before what matters.

A page that was left open must not be enough to seal a study, to take its data away or
to give somebody a role. Signing in counts, and so does confirming it again.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final, ParamSpec
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.downloads import is_program
from accounts.http import SignedInRequest, SignedInView

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


def require_fresh(request: HttpRequest) -> None:
    """Ask for the password or the second factor again; then the request goes on.

    A POST is kept in the session and made once the person has confirmed who they are.

    Raises:
        ReauthenticationRequired: the sign-in is too old; the middleware asks.
    """
    if not is_fresh(request):
        raise ReauthenticationRequired


def fresh_sign_in_required(view: SignedInView[P]) -> SignedInView[P]:
    """`require_fresh` before a view that changes something.

    Stands below the decorator that lets a role in; reading a page is let through.
    """

    @wraps(view)
    def guarded(
        request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            require_fresh(request)
        return view(request, *args, **kwargs)

    return guarded


def fresh_download(
    page: str,
) -> Callable[[SignedInView[P]], SignedInView[P]]:
    """Ask again before a file that takes everything away; then back to its page.

    Stands below `download_for_researchers`; a program's token is never asked.

    Args:
        page: The name of the page with the link, which takes the same arguments.
    """

    def decorate(view: SignedInView[P]) -> SignedInView[P]:
        @wraps(view)
        def guarded(
            request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if is_program(request) or is_fresh(request):
                return view(request, *args, **kwargs)
            messages.info(request, _("Confirm that it's you, then download again."))
            back = urlencode({"next": reverse(page, args=[*args, *kwargs.values()])})
            return redirect(f"{reverse('account_reauthenticate')}?{back}")

        return guarded

    return decorate
