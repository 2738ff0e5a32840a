"""What probes ask: whether this process lives, serves, and is ready for work.

Public, and without a word about studies or people.
"""

import shutil
from collections.abc import Callable
from functools import cache
from typing import Final

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError as BrokerError

# How long a broker that says nothing is waited for.
_BROKER_SECONDS: Final = 2
OK: Final = "ok"


@require_safe
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """200 `ok`, or 503 when PostgreSQL does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return HttpResponse("the database does not answer", status=503)
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """200 `ok` while this process answers; asks nobody else."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """What this process needs, and whether it is there.

    503 without what every answer needs, the database and its tables. Without the broker
    or with a full disk annotators can still work, so that the status is 200 and the
    word for all of it `degraded`: somebody should look.
    """
    needed = {"database": _database(), "migrations": _migrations()}
    wanted = {"broker": _broker(), "disk": _disk()}
    is_ready = {*needed.values()} == {OK}
    word = "ready" if {*wanted.values()} == {OK} else "degraded"
    return JsonResponse(
        {"status": word if is_ready else "unavailable", **needed, **wanted},
        status=200 if is_ready else 503,
    )


def _database() -> str:
    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    return _tried(ask, OperationalError)


def _migrations() -> str:
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return "unknown"
    return OK if _known_migrations() <= applied.keys() else "pending"


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations)


def _broker() -> str:
    def ask() -> None:
        timeouts = {"socket_timeout": _BROKER_SECONDS}
        with current_app.connection_for_write(
            connect_timeout=_BROKER_SECONDS, transport_options=timeouts
        ) as broker:
            broker.ensure_connection(max_retries=1, timeout=_BROKER_SECONDS)
            broker.default_channel.close()

    return _tried(ask, BrokerError, OSError)


def _disk() -> str:
    root = settings.MEDIA_ROOT
    try:
        free = shutil.disk_usage(root if root.exists() else root.parent).free
    except OSError:
        return "away"
    return OK if free >= settings.DISK_FREE_MIN_MIB << 20 else "almost full"


def _tried(ask: Callable[[], None], *errors: type[Exception]) -> str:
    try:
        ask()
    except errors:
        return "away"
    return OK
