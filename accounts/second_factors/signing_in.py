"""The code after the password."""

from allauth.mfa.base.views import AuthenticateView
from django.forms import BaseForm
from django.http import HttpResponse

from accounts.forms import TOO_MANY_TRIES


class CodeView(AuthenticateView):  # type: ignore[misc]
    """A code or a security key; 429 while there were too many wrong codes."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        is_locked = form.has_error("code", TOO_MANY_TRIES)
        response.status_code = 429 if is_locked else 422
        return response
