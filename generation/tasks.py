"""Celery's entry points; the truth about jobs is in the database, messages wake."""

import logging
import os
from collections.abc import Iterable
from math import ceil

from celery import Task, current_app, shared_task
from django.db import transaction
from kombu.exceptions import ChannelError

from generation import presence
from generation.models import GenerationRound
from generation.services.engines import EngineKeeper
from generation.services.shards import run_shard as run_shard_service
from generation.services.tending import work_of, work_to_announce
from generation.services.waking import Work
from generation.services.working import SHARD_SIZE

presence.connect()

logger = logging.getLogger(__name__)

# The worker's one engine, kept from shard to shard, whatever models are asked.
KEEPER = EngineKeeper()


def wake_round_on_commit(generation_round: GenerationRound) -> None:
    """Tell workers of all that waits in a round, once it is stored."""
    transaction.on_commit(lambda: wake_round(generation_round))


def wake_round(generation_round: GenerationRound) -> None:
    """Tell workers of all that waits in a round."""
    announce(run_shard, work_of(generation_round))


def announce(shard: Task, found: Iterable[Work]) -> None:
    """One message a shard, model after model: so the weights stay loaded.

    Args:
        shard: The task that does some of the work of what it is given by id.
        found: Where work waits.
    """
    for work in found:
        for _ in range(ceil(work.job_count / SHARD_SIZE)):
            shard.apply_async((work.owner_id,), queue=work.queue)


@shared_task(bind=True)  # type: ignore[untyped-decorator]
def run_shard(self: Task, round_source_id: int) -> None:
    """Do some jobs of one model."""
    run_shard_service(
        round_source_id=round_source_id,
        worker=self.request.hostname,
        keeper=KEEPER,
    )
    end_if_broken()


def end_if_broken() -> None:
    """End without any last words to a broken accelerator, which would not hear them.

    The message was not acknowledged, so another worker gets it; whatever keeps this
    worker running (systemd, Docker, the demo) starts it again.
    """
    if not KEEPER.is_broken:
        return
    logger.error("The accelerator of this process is broken: the process ends.")
    os._exit(os.EX_SOFTWARE)


@shared_task  # type: ignore[untyped-decorator]
def tend_rounds() -> None:
    """Take back what vanished workers held, and wake workers where work waits."""
    announce(run_shard, work_to_announce(queue_length=queue_length))


def queue_length(queue: str) -> int:
    """How many messages wait in a queue."""
    with current_app.connection_for_read() as connection:
        try:
            found = connection.default_channel.queue_declare(queue, passive=True)
        except ChannelError:  # no message was ever in it
            return 0
    return int(found.message_count)
