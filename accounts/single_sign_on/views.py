"""To the provider and back; confirming with it; ending the connection."""

from types import ModuleType

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.providers import registry
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.freshness import fresh_sign_in_required
from accounts.http import SignedInRequest, researcher_required
from accounts.single_sign_on.services import disconnect, is_configured, provider_context
from pages.errors import ErrorPage, error_page
from pages.responses import see_other


def _provider_views() -> ModuleType:
    """Views of the provider; 404 where there is none.

    Raises:
        Http404: nothing is configured.
    """
    if not is_configured():
        raise Http404
    from allauth.socialaccount.providers.openid_connect import provider, views

    registry.register(provider.OpenIDConnectProvider)
    views_of_provider: ModuleType = views
    return views_of_provider


@require_POST
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider; 503 while that can't be asked."""
    views = _provider_views()
    from requests import RequestException

    if request.POST.get("process", "login") not in ("login", "connect"):
        raise Http404
    try:
        answer: HttpResponse = views.login(request, provider_id)
    except (RequestException, KeyError):
        name = {"provider": settings.OIDC_NAME}
        told = ErrorPage(
            _("%(provider)s can't be reached") % name,
            _("Try again later, or sign in with a password if you have one."),
        )
        return error_page(503, request, error=told)
    return answer


@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take back what the provider says of the person."""
    answer: HttpResponse = _provider_views().callback(request, provider_id)
    return answer


@require_safe
@researcher_required
def confirm(request: SignedInRequest) -> HttpResponse:
    """Confirm who it is with the provider; what was sent has to be sent again."""
    if not is_configured():
        raise Http404
    following = get_next_redirect_url(request)
    # What was suspended was a form; its address has no page of its own.
    is_form = request.session.pop("account_reauthentication_state", None)
    if is_form or not following:
        following = resolve_url(settings.LOGIN_REDIRECT_URL)
    context = {"following": following, **provider_context()}
    return render(request, "accounts/single_sign_on/confirm_there.html", context)


@require_POST
@researcher_required
@fresh_sign_in_required
def sso_disconnect(request: SignedInRequest) -> HttpResponse:
    """End the connection with the provider."""
    try:
        disconnect(user=request.user, request=request)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The connection has ended."))
    return see_other("mfa_index")
