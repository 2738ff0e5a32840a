"""`/metrics`: what Prometheus reads, with its token alone."""

import os
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from operations.metrics.folder import VARIABLE, forget_dead
from operations.metrics.installation import Installation


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Every number, for who sends `Authorization: Bearer METRICS_TOKEN`.

    Neither sessions nor API tokens open it. Without the setting, nothing is here.
    """
    if not settings.METRICS_TOKEN:
        raise Http404
    sent = request.headers.get("Authorization", "")
    if not constant_time_compare(sent, f"Bearer {settings.METRICS_TOKEN}"):
        refusal = "Send the METRICS_TOKEN: Authorization: Bearer TOKEN\n"
        headers = {"WWW-Authenticate": "Bearer"}
        return HttpResponse(
            refusal, status=401, headers=headers, content_type="text/plain"
        )
    text = generate_latest(_processes()) + generate_latest(_installation())
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _processes() -> CollectorRegistry:
    """What all processes of this server counted; without a folder, this one alone."""
    if not (folder := os.environ.get(VARIABLE)):
        return REGISTRY
    forget_dead(Path(folder))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
    return registry


def _installation() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Installation())
    return registry
