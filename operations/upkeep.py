"""What is noted of backups and checks, and what the newest ones said."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, transaction
from django.utils import timezone

from operations.models import Upkeep, UpkeepKind

logger = logging.getLogger(__name__)

Ended = Callable[[str], None]


@contextmanager
def noted(kind: UpkeepKind) -> Iterator[Ended]:
    """Note how the block ends: well if it said so, badly with what it raised."""
    began_at = time.monotonic()
    said: list[str] = []
    try:
        yield said.append
    except Exception as error:
        _note(kind, str(error), began_at, is_fine=False)
        raise
    _note(kind, said[-1] if said else "", began_at, is_fine=True)


def _note(kind: UpkeepKind, words: str, began_at: float, *, is_fine: bool) -> None:
    try:
        with transaction.atomic():
            Upkeep.objects.create(
                kind=kind,
                is_fine=is_fine,
                words=words,
                seconds=time.monotonic() - began_at,
                finished_at=timezone.now(),
            )
    except DatabaseError as error:
        # A database of another version, or none: the work itself counts.
        logger.warning("The %s could not be noted: %s", kind, error)


def newest(kind: UpkeepKind) -> Upkeep | None:
    return Upkeep.objects.filter(kind=kind).first()
