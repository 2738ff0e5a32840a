"""A researcher's token for the REST API: made anew, shown once, taken back."""

from django.db import transaction
from rest_framework.authtoken.models import Token

from accounts.models import User


@transaction.atomic
def make_token(*, user: User) -> str:
    """Make a new token, which ends an earlier one, and return its key."""
    revoke_token(user=user)
    key: str = Token.objects.create(user=user).key
    return key


def revoke_token(*, user: User) -> None:
    """End the person's token: programs that send it are let in no more."""
    Token.objects.filter(user=user).delete()


def token_of(user: User) -> Token | None:
    return Token.objects.filter(user=user).first()
