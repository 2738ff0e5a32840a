"""Pages about a person's own account."""

from typing import Any
from uuid import UUID

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.devices import remember_device
from accounts.downloads import upload_for_researchers
from accounts.forms import TOO_MANY_TRIES, SignInForm
from accounts.freshness import fresh_sign_in_required
from accounts.http import SignedInRequest, researcher_required
from accounts.models import TokenScope
from accounts.single_sign_on.services import provider_context
from accounts.token_forms import TokenForm
from accounts.tokens import make_token, revoke_token, tokens_of
from accounts.ways_back import forget_way_back, way_back
from pages.responses import see_other


class SignInView(LoginView):
    """Name and password; 429 while there were too many failed attempts.

    Researchers and admins go on to their second factor, if they have one.
    """

    form_class = SignInForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        response = (
            perform_login(self.request, user, redirect_url=self.get_success_url())
            if user.is_researcher
            else super().form_valid(form)
        )
        remember_device(response, form.get_user().get_username())
        forget_way_back(response)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401
        return super().get_context_data(**kwargs, **provider_context())

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        is_locked = form.has_error(NON_FIELD_ERRORS, TOO_MANY_TRIES)
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=429 if is_locked else 200)


class SignOutView(LogoutView):
    """Out, and to the sign-in page; without a password, to how to come back."""

    def get_success_url(self) -> str:
        return way_back(self.request) or super().get_success_url()


@require_safe
@upload_for_researchers
def uploads(request: SignedInRequest) -> HttpResponse:  # noqa: ARG001
    """204: the person may upload files. The proxy asks before it takes one."""
    return HttpResponse(status=204)


@require_safe
@researcher_required
def token(request: SignedInRequest) -> HttpResponse:
    """The person's API tokens, without their keys, and a form for another one."""
    return _token_page(request, TokenForm())


@require_POST
@researcher_required
@fresh_sign_in_required
def token_make(request: SignedInRequest) -> HttpResponse:
    """Create a token and show its key this one time."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _token_page(request, form, status=422)
    _token, key = make_token(
        user=request.user,
        name=form.cleaned_data["name"],
        scope=TokenScope(form.cleaned_data["scope"]),
        lifetime=form.lifetime,
    )
    return _token_page(request, TokenForm(), key=key)


@require_POST
@researcher_required
def token_revoke(request: SignedInRequest, token_id: UUID) -> HttpResponse:
    """Revoke one of the person's tokens."""
    revoke_token(token=get_object_or_404(tokens_of(request.user), public_id=token_id))
    messages.success(request, _("Token revoked. It no longer works."))
    return see_other("accounts:token")


def _token_page(
    request: SignedInRequest, form: TokenForm, *, key: str = "", status: int = 200
) -> HttpResponse:
    context = {"tokens": tokens_of(request.user), "form": form, "key": key}
    return render(request, "accounts/token.html", context, status=status)
