"""Keeping rounds going when a worker, a message or a moment was lost."""

from collections.abc import Callable

from generation.models import GenerationRound, RoundSource, RoundState
from generation.services.claims import reap
from generation.services.rounds import finish_if_over
from generation.services.waking import Work, silent_work_in, work_in


def work_to_announce(*, queue_length: Callable[[str], int]) -> list[Work]:
    """Take back what vanished workers held; the models whose workers must be woken.

    Args:
        queue_length: How many messages wait in a queue.
    """
    reap()
    for generation_round in GenerationRound.objects.filter(state=RoundState.OPEN):
        finish_if_over(generation_round=generation_round)
    models = RoundSource.objects.filter(round__state=RoundState.OPEN)
    return silent_work_in(models, queue_length=queue_length)


def work_of(generation_round: GenerationRound) -> list[Work]:
    """All that waits in one round, noted as announced."""
    models = RoundSource.objects.filter(
        round=generation_round, round__state=RoundState.OPEN
    )
    return work_in(models)
