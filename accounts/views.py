"""Pages about a person's own account."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest, researcher_required
from accounts.tokens import make_token, revoke_token, token_of
from pages.responses import see_other


@require_safe
@researcher_required
def uploads(request: SignedInRequest) -> HttpResponse:  # noqa: ARG001
    """204: the person may upload files. The proxy asks before it takes one."""
    return HttpResponse(status=204)


@require_safe
@researcher_required
def token(request: SignedInRequest) -> HttpResponse:
    """Whether there is a token for the API; never the token itself."""
    return render(request, "accounts/token.html", {"token": token_of(request.user)})


@require_POST
@researcher_required
def token_make(request: SignedInRequest) -> HttpResponse:
    """Make a token and show it this one time."""
    key = make_token(user=request.user)
    context = {"token": token_of(request.user), "key": key}
    return render(request, "accounts/token.html", context)


@require_POST
@researcher_required
def token_revoke(request: SignedInRequest) -> HttpResponse:
    """Take the token back."""
    revoke_token(user=request.user)
    messages.success(request, "The token is revoked: it lets nobody in any more.")
    return see_other("accounts:token")
