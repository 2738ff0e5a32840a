"""How many messages wait for workers, in each of the broker's queues."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from celery import current_app
from django.conf import settings
from kombu.connection import Connection
from kombu.exceptions import ChannelError
from kombu.exceptions import OperationalError as BrokerError

from generation.engines.kinds import ENGINE_KINDS

# How long a broker that says nothing is waited for.
_BROKER_SECONDS: Final = 2
MEDIA_QUEUE: Final = "media"


def known_queues() -> list[str]:
    """The queues that workers take work from."""
    models = sorted({kind.queue for kind in ENGINE_KINDS.values()})
    return [settings.CELERY_TASK_DEFAULT_QUEUE, MEDIA_QUEUE, *models]


def queue_lengths() -> dict[str, int] | None:
    """Messages that wait, by queue; None if the broker is not responding."""
    try:
        with _broker() as broker:
            return {queue: _length(broker, queue) for queue in known_queues()}
    except (BrokerError, OSError):
        return None


@contextmanager
def _broker() -> Iterator[Connection]:
    options: dict[str, Any] = {"socket_timeout": _BROKER_SECONDS}
    with current_app.connection_for_write(
        connect_timeout=_BROKER_SECONDS, transport_options=options
    ) as broker:
        broker.ensure_connection(max_retries=1, timeout=_BROKER_SECONDS)
        yield broker


def _length(broker: Connection, queue: str) -> int:
    # A channel is closed by the broker after a refusal.
    with broker.channel() as channel:  # type: ignore[no-untyped-call]
        try:
            return int(channel.queue_declare(queue, passive=True).message_count)
        except ChannelError:  # no message was ever in it
            return 0
