"""A new password for who forgot theirs: by e-mail, or by a link that an admin gives."""

from typing import Any

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import views as auth
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.addresses import client_address
from accounts.forms import TOO_MANY_TRIES
from accounts.freshness import fresh_sign_in_required
from accounts.http import SignedInRequest, admin_required
from accounts.models import User
from accounts.open_sessions.services import end_sessions, open_sessions_of
from accounts.open_sessions.tracking import list_session
from accounts.password_forms import (
    ChosenPasswordForm,
    PasswordLinkForm,
    ResetRequestForm,
)
from accounts.password_links import password_link
from accounts.rate_limits import PASSWORD_LINK, SIGN_IN
from pages.errors import ErrorPage, error_page


class ChangePasswordView(auth.PasswordChangeView):
    """A new password for who knows the old one; everything else is signed out."""

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        return super().get_context_data(has_mail=settings.HAS_MAIL, **kwargs)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        user = form.user
        response = super().form_valid(form)
        if user.is_researcher:
            list_session(self.request, user)
        # Django refuses them from now on; so they are listed no longer.
        others = open_sessions_of(user).exclude(
            session_id=self.request.session.session_key
        )
        end_sessions(sessions=others, user=user)
        return response


class ResetRequestView(auth.PasswordResetView):
    """Ask for an e-mail; where none can be sent, whom to ask instead."""

    form_class = ResetRequestForm
    template_name = "accounts/password_reset.html"
    email_template_name = "accounts/password_reset_email.txt"
    subject_template_name = "accounts/password_reset_subject.txt"
    success_url = reverse_lazy("accounts:password_reset_sent")
    extra_context = {"is_crowd": False}

    def post(
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponse:
        if not settings.HAS_MAIL:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "address": client_address(self.request)}

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        return super().get_context_data(has_mail=settings.HAS_MAIL, **kwargs)

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        is_locked = form.has_error("email", TOO_MANY_TRIES)
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=429 if is_locked else 422)


class SetPasswordView(auth.PasswordResetConfirmView):
    """Set a new password with a link; a link that is used up or made up says so."""

    template_name = "accounts/password_set.html"
    form_class = ChosenPasswordForm
    success_url = reverse_lazy("accounts:password_set_done")

    def dispatch(
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponseBase:
        address = client_address(request)
        if wait := PASSWORD_LINK.wait(address):
            minutes = -(-int(wait.total_seconds()) // 60)
            text = _("Too many links that don't work. Try again in %(minutes)d min.")
            told = ErrorPage(_("Please wait"), text % {"minutes": minutes})
            return error_page(429, request, error=told)
        response = super().dispatch(request, *args, **kwargs)
        if response.status_code == 410:  # noqa: PLR2004 (below)
            PASSWORD_LINK.count(address)
        return response

    def render_to_response(
        self,
        context: dict[str, Any],
        **response_kwargs: Any,  # noqa: ANN401
    ) -> HttpResponse:
        form = context.get("form")
        if not self.validlink:
            response_kwargs["status"] = 410
        elif form is not None and form.errors:
            response_kwargs["status"] = 422
        return super().render_to_response(context, **response_kwargs)

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        # Who locked themselves out by wrong guesses can sign in now.
        name = form.user.get_username().casefold()
        SIGN_IN.forget(name, client_address(self.request))
        response = super().form_valid(form)
        end_sessions(sessions=open_sessions_of(form.user), user=form.user)
        return response


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
@fresh_sign_in_required
def link(request: SignedInRequest) -> HttpResponse:
    """An admin makes a link for anybody; the account's history keeps who did."""
    form = PasswordLinkForm(request.POST if request.method == "POST" else None)
    address, person = "", None
    if form.is_valid():
        person = form.cleaned_data["username"]
        address = password_link(request, person)
        LogEntry.objects.log_actions(
            request.user.pk,
            User.objects.filter(pk=person.pk),
            CHANGE,
            "Password link created.",
        )
    return render(
        request,
        "accounts/password_link.html",
        {"form": form, "link": address, "person": person},
        status=422 if form.errors else 200,
    )
