"""Jobs are taken only as far as a round's cost limit surely pays for them."""

from django.db import transaction

from generation.models import GenerationJob, GenerationRound, RoundSource, RoundState
from generation.registry import Entry
from generation.selectors.costs import affordable_count, charged_running
from generation.services.claims import Claim, claim_jobs, waiting_jobs
from generation.services.rounds import pause_round


@transaction.atomic
def claim_affordable(
    *, round_source: RoundSource, entry: Entry, limit: int
) -> Claim[GenerationJob] | None:
    """Take the next jobs of a model; None if there are none to take now.

    A round that can't pay for its next comment is paused, once nothing is in progress
    that may turn out cheaper than feared.
    """
    if round_source.round.max_usd is None or not entry.is_charged:
        return claim_jobs(round_source=round_source, limit=limit)
    # Two workers must not spend the same rest.
    locked = GenerationRound.objects.select_for_update().get(pk=round_source.round_id)
    count = affordable_count(locked, entry)
    if count is None or count > 0:
        most = limit if count is None else min(limit, count)
        return claim_jobs(round_source=round_source, limit=most)
    is_stuck = waiting_jobs(round_source).exists() and not charged_running(locked)
    if is_stuck and locked.state == RoundState.OPEN:
        pause_round(generation_round=locked)
    return None
