"""Responses that several apps give."""

from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url


def see_other(view: str, *args: object) -> HttpResponseRedirect:
    """Redirect after a POST: every client fetches the target of a 303 with GET."""
    response = HttpResponseRedirect(resolve_url(view, *args))
    response.status_code = 303
    return response
