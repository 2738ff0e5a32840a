"""Links with which a person sets a new password: each works once, for a day.

They carry Django's own token, which ends with the password that it replaces and with
the next sign-in.
"""

from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import User


def password_link(request: HttpRequest, user: User) -> str:
    """The whole address to give to the person."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    path = reverse("accounts:password_set", args=[uid, token])
    return request.build_absolute_uri(path)
