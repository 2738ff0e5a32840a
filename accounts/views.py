"""Pages about a person's own account."""

from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.devices import remember_device
from accounts.forms import TOO_MANY_TRIES, SignInForm
from accounts.http import SignedInRequest, researcher_required
from accounts.tokens import make_token, revoke_token, token_of
from accounts.ways_back import forget_way_back, way_back
from pages.responses import see_other


class SignInView(LoginView):
    """Name and password; 429 while there were too many failed attempts."""

    form_class = SignInForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        remember_device(response, form.get_user().get_username())
        forget_way_back(response)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        is_locked = form.has_error(NON_FIELD_ERRORS, TOO_MANY_TRIES)
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=429 if is_locked else 200)


class SignOutView(LogoutView):
    """Out, and to the sign-in page; without a password, to how to come back."""

    def get_success_url(self) -> str:
        return way_back(self.request) or super().get_success_url()


@require_safe
@researcher_required
def uploads(request: SignedInRequest) -> HttpResponse:  # noqa: ARG001
    """204: the person may upload files. The proxy asks before it takes one."""
    return HttpResponse(status=204)


@require_safe
@researcher_required
def token(request: SignedInRequest) -> HttpResponse:
    """Say whether the person has an API token; never show the token itself."""
    return render(request, "accounts/token.html", {"token": token_of(request.user)})


@require_POST
@researcher_required
def token_make(request: SignedInRequest) -> HttpResponse:
    """Create a token and show it this one time."""
    key = make_token(user=request.user)
    context = {"token": token_of(request.user), "key": key}
    return render(request, "accounts/token.html", context)


@require_POST
@researcher_required
def token_revoke(request: SignedInRequest) -> HttpResponse:
    """Revoke the token."""
    revoke_token(user=request.user)
    messages.success(request, _("Token revoked. It no longer works."))
    return see_other("accounts:token")
