"""Services: started in order, started again when they die, stopped in order."""

import logging
import time
from collections.abc import Sequence
from typing import Protocol

from embedded.errors import EmbeddedError
from embedded.stop_signals import Pause

WATCH_SECONDS = 0.5
# A service that dies again and again is started less and less often.
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
# One that ran this long has recovered.
HEALTHY_SECONDS = 60.0

logger = logging.getLogger(__name__)


class Service(Protocol):
    """What the supervisor starts, watches and stops."""

    name: str

    @property
    def is_running(self) -> bool: ...

    def start(self, pause: Pause) -> None: ...

    def stop(self) -> None: ...


class Supervisor:
    """Keeps services running, and stops them last first."""

    def __init__(self, services: Sequence[Service], pause: Pause) -> None:
        """Take the services in the order in which they need each other.

        Args:
            services: to be watched and stopped; each is started by whoever knows how.
            pause: sleeps, and raises when it is time to stop.
        """
        self._services = services
        self._pause = pause

    def watch(self) -> None:
        """Start services that died, until `pause` raises."""
        watched = [_Watched(service) for service in self._services]
        while True:
            self._pause(WATCH_SECONDS)
            for one in watched:
                one.check(self._pause)

    def stop(self) -> None:
        """Stop every service, the last one first."""
        for service in reversed(self._services):
            service.stop()


class _Watched:
    """A service, and how patient to be with it."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._delay = FIRST_DELAY_SECONDS
        self._started_at = time.monotonic()
        self._due_at: float | None = None

    def check(self, pause: Pause) -> None:
        now = time.monotonic()
        if self._service.is_running:
            if now - self._started_at > HEALTHY_SECONDS:
                self._delay = FIRST_DELAY_SECONDS
        elif self._due_at is None:
            self._service.stop()  # what it left behind goes with it
            self._due_at = now + self._delay
            name, delay = self._service.name, self._delay
            logger.warning("%s ended; it starts again in %.1f s.", name, delay)
            self._delay = min(2 * self._delay, LONGEST_DELAY_SECONDS)
        elif now >= self._due_at:
            self._start_again(pause)

    def _start_again(self, pause: Pause) -> None:
        self._due_at = None
        self._started_at = time.monotonic()
        try:
            self._service.start(pause)
        except EmbeddedError as error:
            logger.warning("%s", error)
        else:
            logger.warning("%s runs again.", self._service.name)
