"""A researcher's tokens for the REST API and downloads: made, shown once, ended.

A token is stored as its hash (django-rest-knox), with a name, a scope and an end. It
belongs to the password that its owner had when it was made: changing the password, on
whichever way, ends it.
"""

import math
import re
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from accounts.addresses import client_address
from accounts.models import ApiToken, TokenScope, User
from accounts.rate_limits import API_TOKEN

_FORM = re.compile(rb"[0-9a-f]{64}")


class LimitedTokenAuthentication(TokenAuthentication):
    """A token in the Authorization header; an address that guesses has to wait."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        try:
            found: tuple[User, ApiToken] | None = super().authenticate(request)  # type: ignore[no-untyped-call]
        except AuthenticationFailed:
            address = client_address(request._request)  # noqa: SLF001
            if wait := API_TOKEN.wait(address):
                raise Throttled(math.ceil(wait.total_seconds())) from None
            API_TOKEN.count(address)
            raise
        return found

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        if not _FORM.fullmatch(token):
            raise AuthenticationFailed(_("Invalid token."))
        user, found = super().authenticate_credentials(token)  # type: ignore[no-untyped-call]
        if not constant_time_compare(
            found.password_stamp, user.get_session_auth_hash()
        ):
            raise AuthenticationFailed(_("Invalid token."))
        return user, found


@transaction.atomic
def make_token(
    *, user: User, name: str, scope: TokenScope, lifetime: timedelta
) -> tuple[ApiToken, str]:
    """Create a token; its key is returned here and nowhere kept."""
    tokens_that_ended(user).delete()
    token, key = ApiToken.objects.create(  # type: ignore[no-untyped-call]
        user,
        expiry=lifetime,
        name=name,
        scope=scope,
        password_stamp=user.get_session_auth_hash(),
    )
    return token, str(key)


def revoke_token(*, token: ApiToken) -> None:
    """End a token: programs that send it are refused from now on."""
    token.delete()


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """The person's tokens that work."""
    return ApiToken.objects.filter(
        user=user,
        expiry__gt=timezone.now(),
        password_stamp=user.get_session_auth_hash(),
    )


def tokens_that_ended(user: User) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(user=user).exclude(pk__in=tokens_of(user))
