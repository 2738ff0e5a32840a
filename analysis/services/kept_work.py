"""Work that is kept: taken by one process alone, and asked for again if it was lost."""

from django.utils import timezone

from analysis.models import ReportState, StoredWork


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
