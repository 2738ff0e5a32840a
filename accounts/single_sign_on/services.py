"""Whether there is a provider, and who is connected with it."""

from typing import Final

from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.signals import social_account_removed
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User

# The name of the one provider in our addresses; it is in what the provider was told.
PROVIDER_ID: Final = "sso"


def is_configured() -> bool:
    """Whether people can sign in with the account of their organisation."""
    return bool(settings.OIDC_ISSUER)


def provider_context() -> dict[str, str]:
    """What a page needs for a button to the provider; nothing where there is none."""
    if not is_configured():
        return {}
    return {
        "sso_name": settings.OIDC_NAME,
        "sso_url": reverse("openid_connect_login", args=[PROVIDER_ID]),
    }


def is_connected(user: User) -> bool:
    """Whether the person can come in that way."""
    return bool(SocialAccount.objects.filter(user=user).exists())


def disconnect(*, user: User, request: HttpRequest) -> None:
    """From now on the person signs in with the password alone.

    Raises:
        ValidationError: they have none.
    """
    if not user.has_usable_password():
        msg = _("You have no password here, so this is your only way in.")
        raise ValidationError(msg)
    for account in SocialAccount.objects.filter(user=user):
        account.delete()
        social_account_removed.send(
            sender=SocialAccount, request=request, socialaccount=account
        )
