"""Who may use the REST API."""

from django.utils.translation import gettext_lazy as _
from django.views import View
from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class IsResearcher(BasePermission):
    """Researchers and admins; annotators get 403 whatever the address."""

    message = _("The API is for researchers.")

    def has_permission(self, request: Request, view: View) -> bool:  # noqa: ARG002
        return request.user.is_authenticated and request.user.is_researcher
