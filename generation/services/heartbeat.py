"""Keeps a claim while its worker is busy."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, connection

from generation.services.claims import BEATS_A_LEASE, Claim, Kind, lease, renew

# A claim that makes no progress for so long is let go: its engine hangs.
PATIENCE_SECONDS = 1800.0

logger = logging.getLogger(__name__)


class Heartbeat:
    """Renews a claim from a thread of its own."""

    def __init__(self, claim: Claim[Kind], also: Callable[[], object]) -> None:
        self._claim = claim
        self._also = also
        self._stop = threading.Event()
        self._progressed_at = time.monotonic()

    def note_progress(self) -> None:
        self._progressed_at = time.monotonic()

    def run(self) -> None:
        pause = lease().total_seconds() / BEATS_A_LEASE
        try:
            while not self._stop.wait(pause):
                if time.monotonic() - self._progressed_at > PATIENCE_SECONDS:
                    logger.error("No answer for long: letting go of the jobs.")
                    return
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        try:
            renew(claim=self._claim)
            self._also()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The claim could not be renewed: %s", error)
            connection.close()

    def stop(self) -> None:
        self._stop.set()


@contextmanager
def kept(claim: Claim[Kind], also: Callable[[], object]) -> Iterator[Heartbeat]:
    """Hold a claim as long as the block runs.

    Args:
        claim: The claim.
        also: Called with each beat, in the thread; writes to the database, say.
    """
    heartbeat = Heartbeat(claim, also)
    thread = threading.Thread(target=heartbeat.run, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield heartbeat
    finally:
        heartbeat.stop()
        thread.join()
