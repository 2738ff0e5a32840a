"""The page of a person's e-mail address, and the one that its link leads to."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.addresses import client_address
from accounts.emails.forms import AddressForm
from accounts.emails.services import (
    ask_to_confirm,
    confirm,
    is_confirmed,
    waiting_for,
)
from accounts.freshness import require_fresh
from accounts.http import SignedInRequest, signed_in_required
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_required
def email(request: SignedInRequest) -> HttpResponse:
    """The person's address; a POST sends a link to it, or to another one."""
    _let_in(request)
    if request.method != "POST":
        initial = {"email": request.user.email}
        return _page(request, AddressForm(initial=initial, address=""))
    if request.user.is_researcher:
        require_fresh(request)
    form = AddressForm(request.POST, address=client_address(request))
    if form.is_valid():
        try:
            ask_to_confirm(
                user=request.user, email=form.cleaned_data["email"], request=request
            )
        except ValidationError as error:
            form.add_error("email", error)
    if form.errors:
        return _page(request, form, status=422)
    said = _("A link was sent to %(email)s. Open it to confirm the address.")
    messages.success(request, said % {"email": form.cleaned_data["email"]})
    return see_other("accounts:email")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_required
def email_confirm(request: SignedInRequest, key: str) -> HttpResponse:
    """What the link leads to: a button, for programs open links in mails as well."""
    _let_in(request)
    confirmation = waiting_for(request.user, key)
    context = {"confirmation": confirmation}
    if confirmation is None or request.method != "POST":
        status = 200 if confirmation else 410
        page = "accounts/emails/confirm_address.html"
        return render(request, page, context, status=status)
    if confirm(confirmation=confirmation, request=request):
        messages.success(request, _("Your e-mail address is confirmed."))
    else:
        messages.error(request, _("Another account has this address already."))
    return see_other("accounts:email")


def _let_in(request: SignedInRequest) -> None:
    """Only where mail can be sent, and people who sign in here.

    Raises:
        Http404: no mail can be sent.
        PermissionDenied: a crowd participant.
    """
    if not settings.HAS_MAIL:
        raise Http404
    if not (request.user.has_usable_password() or request.user.is_researcher):
        raise PermissionDenied


def _page(
    request: SignedInRequest, form: AddressForm, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "is_confirmed": is_confirmed(request.user)}
    return render(request, "accounts/emails/address.html", context, status=status)
