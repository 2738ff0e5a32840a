"""Work that is kept: taken by one process alone, and asked for again if it was lost.

Whatever goes wrong, it is said at once: work whose error nobody noticed would look as
if it were still being done.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from analysis.errors import AnalysisError
from analysis.models import ReportState, StoredWork

_log = logging.getLogger(__name__)
# What a person can do about it is in the button beside it; the log has the rest.
UNEXPECTED = _("An unexpected error occurred; the server's log has the details.")


def take(work: type[StoredWork], *, pk: int) -> bool:
    """Take what waits; false if somebody else has."""
    waiting = work._default_manager.filter(  # noqa: SLF001  (it is abstract here)
        pk=pk, state=ReportState.WAITING
    )
    return waiting.update(state=ReportState.COMPUTING) == 1


def wait_again(*, stored: StoredWork) -> None:
    """Let it be done from the beginning."""
    stored.state, stored.error = ReportState.WAITING, ""
    stored.requested_at = timezone.now()
    stored.save()


@contextmanager
def told_if_it_fails(*stored: StoredWork) -> Iterator[None]:
    """Work that ends in an error is kept as failed, with the reason."""
    try:
        yield
    except (AnalysisError, OSError) as error:
        _say(stored, str(error))
    except Exception:  # noqa: BLE001  (the border of a job: nothing is above it)
        # Whatever it was: nobody waits for a page that still says "being computed".
        _log.exception("failed: %s", ", ".join(map(str, stored)))
        _say(stored, UNEXPECTED)


def _say(stored: tuple[StoredWork, ...], why: str) -> None:
    for one in stored:
        one.state, one.error = ReportState.FAILED, why
        one.save(update_fields=["state", "error"])
