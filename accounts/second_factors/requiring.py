"""The middleware that sends people who must have a second factor to add one."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.http import wants_json
from accounts.second_factors.services import must_add_second_factor

# What is needed to add one, and to leave.
_OPEN: Final = frozenset(
    {
        "accounts:logout",
        "set_language",
        "account_reauthenticate",
        "sso_confirm",
        "openid_connect_login",
        "openid_connect_callback",
    }
)


class RequireSecondFactor:
    """Nothing else opens before the person has added one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],  # noqa: ARG002
        args: tuple[Any, ...],  # noqa: ARG002
        kwargs: dict[str, Any],  # noqa: ARG002
    ) -> HttpResponseBase | None:
        if not self._is_held_back(request):
            return None
        told = _("Add a second factor first: this site requires one of your account.")
        if wants_json(request):
            return JsonResponse({"detail": told}, status=403)
        messages.warning(request, told)
        return redirect("mfa_index")

    @staticmethod
    def _is_held_back(request: HttpRequest) -> bool:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in _OPEN or name.startswith("mfa_"):
            return False
        user = request.user
        return user.is_authenticated and must_add_second_factor(user)
