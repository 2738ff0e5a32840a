"""What ends an import before its file does: its time, or somebody who cancels it."""

import time

from django.conf import settings
from django.utils.translation import gettext as _

from corpus.errors import ImportCancelledError, ImportTimeError
from corpus.models import FileImport, ImportState

# How often the row is asked whether it was cancelled.
_ASK_SECONDS = 0.5


class Watch:
    """The time that one run has left, and whether it is still wanted."""

    def __init__(self, file_import: FileImport) -> None:
        self._rows = type(file_import)._default_manager.filter(  # noqa: SLF001
            pk=file_import.pk
        )
        self._end = time.monotonic() + settings.IMPORT_MAX_SECONDS
        self._asked = 0.0

    def check_time(self) -> None:
        """Look at the clock alone: from any thread, as often as there are lines.

        Raises:
            ImportTimeError: the run has used up its time.
        """
        if time.monotonic() >= self._end:
            msg = _(
                "The import was stopped after %(minutes)d minutes, the longest that "
                "one may take. Send the file in parts, or import it on the server."
            ) % {"minutes": settings.IMPORT_MAX_SECONDS // 60}
            raise ImportTimeError(msg)

    def check(self) -> None:
        """Look at the clock, and now and then at the row.

        Raises:
            ImportTimeError: the run has used up its time.
            ImportCancelledError: somebody cancelled it.
        """
        self.check_time()
        now = time.monotonic()
        if now - self._asked >= _ASK_SECONDS:
            self._asked = now
            if self._rows.filter(state=ImportState.CANCELLED).exists():
                raise ImportCancelledError
