"""What every page knows of the installation."""

from django.conf import settings
from django.http import HttpRequest


def installation(request: HttpRequest) -> dict[str, object]:  # noqa: ARG001
    """Template context: whether this is the demo."""
    return {"is_demo": settings.DEMO}
