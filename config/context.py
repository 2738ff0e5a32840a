"""What every page knows: the installation, its languages, and its own address."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest

from accounts.http import SignedInRequest, page_of
from accounts.ways_back import way_back


def installation(request: HttpRequest) -> dict[str, object]:
    """Add to the context of every template."""
    return {
        "is_demo": settings.DEMO,
        "languages": tuple(settings.LANGUAGES),
        # A language switch leads back here; pages are read far more often.
        "current_page": lambda: page_of(cast("SignedInRequest", request)),
        # People without a password are never led to a form that asks for one.
        "way_back": lambda: way_back(request),
    }
