"""A worker of a generation queue says that it is there, from start to end.

Connected when Celery loads the tasks, in the worker's main process.
"""

import time
from collections.abc import Callable
from typing import Any

from celery.signals import heartbeat_sent, worker_ready, worker_shutting_down
from django.db import DatabaseError, InterfaceError, connection

from generation.engines.kinds import ENGINE_KINDS
from generation.services.workers import announce_worker, forget_worker

_PAUSE_SECONDS = 30.0
_QUEUES = {kind.queue for kind in ENGINE_KINDS.values()}


class _Presence:
    """What this process last said."""

    def __init__(self) -> None:
        self._name = ""
        self._queues: set[str] = set()
        self._said_at = 0.0

    def begin(self, sender: Any, **_: object) -> None:  # noqa: ANN401 (Celery's)
        self._queues = _QUEUES & {*sender.app.amqp.queues.consume_from}
        if self._queues:
            self._name = sender.hostname
            self._say(self._announce)

    def go_on(self, **_: object) -> None:
        if self._name and time.monotonic() > self._said_at + _PAUSE_SECONDS:
            # With what it can run by now: an entry or a checkpoint may be new.
            self._say(self._announce)

    def end(self, **_: object) -> None:
        if self._name:
            self._say(lambda: forget_worker(name=self._name))

    def _announce(self) -> None:
        announce_worker(name=self._name, queues=self._queues)

    def _say(self, words: Callable[[], object]) -> None:
        self._said_at = time.monotonic()
        try:
            words()
        except (DatabaseError, InterfaceError):
            return  # it says it again in a while
        finally:
            # Processes forked from this one must not share it.
            connection.close()


_PRESENCE = _Presence()


def connect() -> None:
    """Let Celery call at the start, now and then, and at the end."""
    worker_ready.connect(_PRESENCE.begin)
    heartbeat_sent.connect(_PRESENCE.go_on)
    worker_shutting_down.connect(_PRESENCE.end)
