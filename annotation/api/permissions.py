"""Who may use the REST API."""

from django.utils.translation import gettext_lazy as _
from django.views import View
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import ApiToken, TokenScope


class IsResearcher(BasePermission):
    """Researchers and admins; annotators get 403 whatever the address.

    A token reads and changes nothing. One for progress opens the views that say
    `shows_progress`, and no others.
    """

    message = _("The API is for researchers. A token opens what its scope says.")

    def has_permission(self, request: Request, view: View) -> bool:
        if not (request.user.is_authenticated and request.user.is_researcher):
            return False
        if not isinstance(request.auth, ApiToken):
            return True
        may_see = request.auth.scope == TokenScope.READ or getattr(
            view, "shows_progress", False
        )
        return may_see and request.method in SAFE_METHODS
