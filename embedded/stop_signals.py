"""Signals that ask for an orderly stop."""

import signal
import time
from collections.abc import Callable
from types import FrameType

LOOK_SECONDS = 0.05
# Sleeps for that many seconds, or raises because it is time to stop.
Pause = Callable[[float], object]


class StopRequested(Exception):  # noqa: N818 (a request, not an error)
    """Somebody pressed Ctrl-C, or sent SIGTERM, or closed the terminal."""


class StopSignals:
    """Notes the signals that ask for a stop, and raises only while somebody waits.

    An exception out of a signal handler could strike between starting a child and
    remembering it; so the handler sets a flag, and `pause` is where it counts.
    """

    def __init__(self) -> None:
        self.is_requested = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def pause(self, seconds: float) -> None:
        """Sleep.

        Raises:
            StopRequested: at once, or as soon as a signal arrives.
        """
        deadline = time.monotonic() + seconds
        while not self.is_requested:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return
            time.sleep(min(remaining, LOOK_SECONDS))
        raise StopRequested

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.is_requested = True
