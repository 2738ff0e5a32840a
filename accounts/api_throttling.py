"""How many changes a person's programs may make through the REST API."""

from django.views import View
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.rate_limits import API_CHANGE


class ChangesAreLimited(BaseThrottle):
    """A program in a loop that went wrong is stopped; reading isn't counted."""

    def allow_request(self, request: Request, view: View) -> bool:  # noqa: ARG002
        self._wait = 0.0
        if request.method in SAFE_METHODS:
            return True
        who = str(request.user.pk)
        self._wait = API_CHANGE.wait(who).total_seconds()
        if self._wait:
            return False
        API_CHANGE.count(who)
        return True

    def wait(self) -> float:
        return self._wait
