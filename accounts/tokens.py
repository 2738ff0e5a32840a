"""A researcher's token for the REST API: created, shown once, revoked."""

import math

from django.db import transaction
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from accounts.addresses import client_address
from accounts.models import User
from accounts.rate_limits import API_TOKEN


class LimitedTokenAuthentication(TokenAuthentication):
    """A token in the Authorization header; an address that guesses has to wait."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        try:
            return super().authenticate(request)
        except AuthenticationFailed:
            address = client_address(request._request)  # noqa: SLF001
            if wait := API_TOKEN.wait(address):
                raise Throttled(math.ceil(wait.total_seconds())) from None
            API_TOKEN.count(address)
            raise


@transaction.atomic
def make_token(*, user: User) -> str:
    """Create a token, which replaces an earlier one, and return its key."""
    revoke_token(user=user)
    key: str = Token.objects.create(user=user).key
    return key


def revoke_token(*, user: User) -> None:
    """Delete the person's token: programs that send it are refused from now on."""
    Token.objects.filter(user=user).delete()


def token_of(user: User) -> Token | None:
    return Token.objects.filter(user=user).first()
