"""What a round's servers have charged, and what it may still ask of them."""

from collections.abc import Iterator

from django.db.models import Count, Q, Sum

from generation.costs import Cost, counted_cost, estimated_cost, total_cost
from generation.errors import RegistryError
from generation.installation import known_entry
from generation.models import (
    Attempt,
    GenerationJob,
    GenerationRound,
    JobState,
    RoundSource,
)
from generation.registry import Entry


def round_cost(generation_round: GenerationRound) -> Cost | None:
    """The tokens that servers told, at today's prices (a query a charged model).

    None where no model of the round is charged for.
    """
    charged = [*_charged(generation_round)]
    if not charged:
        return None
    return total_cost(_cost_of(row, entry) for row, entry in charged)


def affordable_count(generation_round: GenerationRound, entry: Entry) -> int | None:
    """How many more comments of a model the round's limit surely pays for.

    What is in progress counts as if each answer were as long as allowed. None where
    there is no limit or no price.
    """
    each = _most(entry)
    if generation_round.max_usd is None or not each:
        return None
    left = float(generation_round.max_usd) - _spent(generation_round)
    return max(0, int(left / each + 1e-9))


def is_at_cost_limit(generation_round: GenerationRound) -> bool:
    """Whether the limit keeps a model from writing what it has left to write."""
    if generation_round.max_usd is None or generation_round.is_over:
        return False
    return any(
        affordable_count(generation_round, entry) == 0
        for row, entry in _charged(generation_round)
        if row.jobs.filter(state=JobState.WAITING).exists()
    )


def charged_running(generation_round: GenerationRound) -> int:
    """Jobs in progress that a server charges for."""
    rows = [row for row, _entry in _charged(generation_round)]
    return _running(*rows)


def _spent(generation_round: GenerationRound) -> float:
    """Dollars: told so far, and at most by what is in progress."""
    spent = 0.0
    for row, entry in _charged(generation_round):
        spent += _cost_of(row, entry).usd or 0.0
        spent += _running(row) * _most(entry)
    return spent


def _charged(generation_round: GenerationRound) -> Iterator[tuple[RoundSource, Entry]]:
    """The round's models that have a price."""
    for row in generation_round.sources.all():
        try:
            entry = known_entry(row.entry)
        except RegistryError:  # its file is gone, and with it the price
            continue
        if entry.is_charged:
            yield row, entry


def _running(*rows: RoundSource) -> int:
    jobs = GenerationJob.objects.filter(round_source__in=rows)
    return jobs.filter(state=JobState.RUNNING).count()


def _most(entry: Entry) -> float:
    """Dollars for one comment at most; 0 without a price."""
    return (estimated_cost(entry, 1).usd or 0.0) if entry.is_charged else 0.0


def _cost_of(row: RoundSource, entry: Entry) -> Cost:
    """Of the model's attempts; an answer without counts counts as the longest."""
    is_untold = Q(error_reason="", token_count=0, prompt_token_count=0)
    sums = Attempt.objects.filter(job__round_source=row).aggregate(
        read=Sum("prompt_token_count"),
        written=Sum("token_count"),
        untold=Count("pk", filter=is_untold),
    )
    told = counted_cost(entry, sums["read"] or 0, sums["written"] or 0)
    return total_cost([told, estimated_cost(entry, sums["untold"])])
