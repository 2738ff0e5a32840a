"""Who may use the REST API, and for what."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.freshness import is_fresh
from accounts.models import ApiToken


class IsResearcher(BasePermission):
    """Researchers and admins; annotators get 403 whatever the address.

    A token does what its scope says: one that reads changes nothing, and one for
    progress opens the views that say `shows_progress`, and no others.
    """

    message: str | Promise = ""

    def has_permission(self, request: Request, view: View) -> bool:
        self.message = self._refusal(request, view)
        return not self.message

    def _refusal(self, request: Request, view: View) -> str | Promise:
        """Why the person or the token may not do this; empty if they may."""
        if not (request.user.is_authenticated and request.user.is_researcher):
            return _("The API is for researchers.")
        token = request.auth
        if not isinstance(token, ApiToken):
            return ""
        if not (token.reads_everything or getattr(view, "shows_progress", False)):
            return _(
                "This token can read progress only. Create one that can read "
                "everything on the page API tokens."
            )
        if request.method not in SAFE_METHODS and not token.may_change:
            return _(
                "This token can only read. Create one that can also change things on "
                "the page API tokens."
            )
        return ""


def _is_admin(request: Request) -> bool:
    return request.user.is_authenticated and request.user.is_admin


class IsAdmin(IsResearcher):
    """Admins alone, for what their pages alone do."""

    def _refusal(self, request: Request, view: View) -> str | Promise:
        if refusal := super()._refusal(request, view):
            return refusal
        return "" if _is_admin(request) else _("Only admins can do this.")


class IsAdminToChange(IsResearcher):
    """Researchers read; only admins change."""

    def _refusal(self, request: Request, view: View) -> str | Promise:
        if refusal := super()._refusal(request, view):
            return refusal
        if request.method in SAFE_METHODS or _is_admin(request):
            return ""
        return _("Only admins can do this.")


class IsFreshToChange(IsResearcher):
    """A token, or a browser whose person has just shown who they are."""

    def _refusal(self, request: Request, view: View) -> str | Promise:
        if refusal := super()._refusal(request, view):
            return refusal
        if isinstance(request.auth, ApiToken) or is_fresh(request._request):  # noqa: SLF001
            return ""
        return _("You signed in a while ago. Sign in again, or send a token.")
