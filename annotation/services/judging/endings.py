"""The end of an annotator's way: what they were shown stays true."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from annotation.models import Membership
from annotation.selectors.judging.endings import endings_of
from annotation.selectors.studies.ways_out import ShownWayOut, shown_way_out


class ShownEnd(NamedTuple):
    """What somebody is shown at the end of their way."""

    way_out: ShownWayOut
    # They were told that they are done; since then more work became available.
    can_continue: bool


@transaction.atomic
def show_ends(*, memberships: Sequence[Membership]) -> dict[int, ShownEnd]:
    """What to show whose way has ended, by membership; that they are done is kept.

    Where others had taken the rest, work may become available again, or the study may
    exclude the person: who has seen the code of completion is still paid by it.
    """
    ends = {}
    endings = endings_of(memberships)
    for membership in memberships:
        if ending := endings.get(membership.pk):
            way_out = shown_way_out(
                membership.study, ending.reason, membership.completion_code
            )
            ends[membership.pk] = ShownEnd(way_out, ending.can_continue)
    done = [pk for pk, end in ends.items() if end.way_out.is_completion]
    if done:
        new = Membership.objects.filter(pk__in=done, completed_at=None)
        new.update(completed_at=timezone.now())
    return ends
