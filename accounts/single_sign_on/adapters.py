"""Who comes in through the provider, and whose account that is here."""

import logging
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from pages.errors import ErrorPage, error_page

_logger = logging.getLogger(__name__)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """New people wait for an admin; known ones are known by a verified address."""

    def is_open_for_signup(self, *_args: object) -> bool:
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person's account here, before a new one is made.

        Raises:
            ImmediateHttpResponse: an account has the address, but it isn't verified.
        """
        if sociallogin.is_existing:
            return
        # What the provider doesn't vouch for is not theirs to give.
        sociallogin.email_addresses = [
            one for one in sociallogin.email_addresses if one.verified
        ]
        emails = [one.email for one in sociallogin.email_addresses]
        sociallogin.user.email = emails[0] if emails else ""
        if sociallogin.state.get("process") == "connect" or not emails:
            return
        owner = EmailAddress.objects.filter(email__iexact=emails[0], verified=True)
        if found := owner.select_related("user").first():
            sociallogin.connect(request, found.user)
        elif User.objects.filter(email__iexact=emails[0]).exists():
            raise ImmediateHttpResponse(_address_is_taken(request))

    def save_user(
        self,
        request: HttpRequest,
        sociallogin: SocialLogin,
        form: object = None,
    ) -> User:
        """Nobody gets in before an admin has said in which role."""
        sociallogin.user.is_active = False
        saved: User = super().save_user(request, sociallogin, form)
        return saved

    def get_connect_redirect_url(self, *_args: object) -> str:
        return reverse("mfa_index")

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,  # noqa: ARG002
        error: str = AuthError.UNKNOWN,
        exception: Exception | None = None,
        **_kwargs: Any,  # noqa: ANN401
    ) -> None:
        """Say it on our page.

        Raises:
            ImmediateHttpResponse: always.
        """
        if error != AuthError.CANCELLED:
            _logger.warning(
                "A sign-in with %s failed: %r", settings.OIDC_NAME, exception
            )
        text = _("Start again on the sign-in page. Nothing has changed.")
        told = ErrorPage(_("The sign-in didn't work"), text)
        raise ImmediateHttpResponse(error_page(401, request, error=told))


def _address_is_taken(request: HttpRequest) -> Any:  # noqa: ANN401
    text = _(
        "Sign in with your username and password, then connect %(provider)s under "
        "Sign-in security. If you can't, ask an admin."
    )
    told = ErrorPage(
        _("There is an account with your e-mail address already"),
        text % {"provider": settings.OIDC_NAME},
    )
    return error_page(409, request, error=told)
