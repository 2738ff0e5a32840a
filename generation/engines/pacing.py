"""How many requests a server gets at once: more while it answers, half when it groans.

Additive increase, multiplicative decrease, as in TCP (Chiu and Jain, 1989).
"""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_START = 8
_LONGEST_WAIT_S = 120.0


class Pace:
    """Shared by the threads that ask one server.

    Args:
        most: Requests in flight, however well it goes.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._limit = float(min(_START, most))
        self._in_flight = 0
        self._not_before = 0.0
        self._slowed_at = 0.0
        self._is_stopped = False
        self._changed = threading.Condition()

    @property
    def limit(self) -> int:
        """Requests that may be in flight now."""
        return max(1, int(self._limit))

    @contextmanager
    def turn(self) -> Iterator[float]:
        """Wait for a place; yields when the place was got.

        Raises:
            StoppedError: Nobody wants the answers any more.
        """
        with self._changed:
            while not self._may_start():
                self._changed.wait(self._pause_s())
            self._in_flight += 1
        try:
            yield time.monotonic()
        finally:
            with self._changed:
                self._in_flight -= 1
                self._changed.notify_all()

    def went_well(self) -> None:
        with self._changed:
            self._limit = min(self._most, self._limit + 1 / self._limit)
            self._changed.notify_all()

    def slow_down(self, started: float, wait_s: float) -> None:
        """Halve the limit, once for all requests that were in flight together.

        Args:
            started: When the request that met the trouble was sent.
            wait_s: How long the server wants nobody to ask.
        """
        with self._changed:
            now = time.monotonic()
            if started > self._slowed_at:
                self._limit = max(1.0, self._limit / 2)
                self._slowed_at = now
            self._not_before = max(self._not_before, now + wait_s)

    def rest(self, seconds: float) -> None:
        """Let one request wait without a place.

        Raises:
            StoppedError: Nobody wants the answers any more.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._is_stopped, timeout=seconds)
            if self._is_stopped:
                raise StoppedError

    def stop(self) -> None:
        """Let all that wait give up."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()

    def _may_start(self) -> bool:
        if self._is_stopped:
            raise StoppedError
        is_free = self._in_flight < self.limit
        return is_free and time.monotonic() >= self._not_before

    def _pause_s(self) -> float | None:
        """Until the server may be asked again; None: until a place is free."""
        left_s = self._not_before - time.monotonic()
        return left_s if left_s > 0 else None


class StoppedError(Exception):
    """The caller went away."""


def waiting_s(attempt: int, asked_for_s: float | None, first_s: float) -> float:
    """Wait after a failed attempt (from 1): as asked, or longer each time."""
    own_s = first_s * 2 ** (attempt - 1)
    jittered_s = own_s * random.uniform(0.5, 1.0)  # noqa: S311 - not for secrets
    return min(_LONGEST_WAIT_S, max(jittered_s, asked_for_s or 0.0))
