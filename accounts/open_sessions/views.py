"""Ending sessions; they are listed on the page Sign-in security."""

from typing import Any

from allauth.mfa.base.views import IndexView
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.http import SignedInRequest, researcher_required
from accounts.open_sessions.services import end_sessions, open_sessions_of
from accounts.single_sign_on.services import is_connected, provider_context
from pages.responses import see_other


class SecurityView(IndexView):  # type: ignore[misc]
    """Second factors, and where the person is signed in."""

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        request = self.request
        return context | {
            "open_sessions": open_sessions_of(request.user),
            "session_key": request.session.session_key,
            "is_connected": is_connected(request.user),
            **provider_context(),
        }


@require_POST
@researcher_required
def session_end(request: SignedInRequest, session_id: int) -> HttpResponse:
    """End one of the person's other sessions; one that has ended already is fine."""
    end_sessions(
        sessions=open_sessions_of(request.user).filter(pk=session_id),
        user=request.user,
    )
    messages.success(request, _("That session has ended."))
    return see_other("mfa_index")


@require_POST
@researcher_required
def sessions_end_others(request: SignedInRequest) -> HttpResponse:
    """End all of the person's sessions but this one."""
    others = open_sessions_of(request.user).exclude(
        session_id=request.session.session_key
    )
    count = end_sessions(sessions=others, user=request.user)
    said = ngettext(
        "%(count)d other session has ended.",
        "%(count)d other sessions have ended.",
        count,
    )
    messages.success(request, said % {"count": count})
    return see_other("mfa_index")
