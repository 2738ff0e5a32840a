"""How fast a study goes, and when it will be done at that pace (pure)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

# The pace is that of the last day, or since the opening if that is shorter ...
PACE_WINDOW = timedelta(days=1)
# ... but never of less: the first batch would promise too much.
SHORTEST_WINDOW = timedelta(minutes=30)

_UNITS: Final = (
    (ngettext_lazy("%(count)d day", "%(count)d days", "count"), 86_400),
    (ngettext_lazy("%(count)d h", "%(count)d h", "count"), 3_600),
    (ngettext_lazy("%(count)d min", "%(count)d min", "count"), 60),
    (ngettext_lazy("%(count)d s", "%(count)d s", "count"), 1),
)


@dataclass(frozen=True, slots=True)
class Pace:
    """Batches submitted in a recent span of time, by everybody together."""

    submitted_count: int
    window: timedelta

    @property
    def per_hour(self) -> float:
        """Batches submitted in an hour."""
        return self.submitted_count / (self.window / timedelta(hours=1))

    def time_for(self, count: int) -> timedelta | None:
        """How long `count` more batches take; None while nothing was submitted."""
        if not self.submitted_count:
            return None
        return self.window * count / self.submitted_count


def duration_in_words(span: timedelta) -> str:
    """A span of time for people, in at most two units: "2 days 3 h", "5 min"."""
    seconds = round(span.total_seconds())
    for (words, size), (smaller_words, smaller_size) in pairwise(_UNITS):
        if seconds >= size:
            count, rest = divmod(seconds, size)
            larger = str(words % {"count": count})
            if not (smaller := rest // smaller_size):
                return larger
            return _("%(larger)s %(smaller)s") % {
                "larger": larger,
                "smaller": smaller_words % {"count": smaller},
            }
    words, _size = _UNITS[-1]
    return str(words % {"count": seconds})


def pace_window(opened_at: datetime | None, now: datetime) -> timedelta:
    """The span that a study's pace is measured over."""
    since_opening = now - opened_at if opened_at else PACE_WINDOW
    return min(max(since_opening, SHORTEST_WINDOW), PACE_WINDOW)
