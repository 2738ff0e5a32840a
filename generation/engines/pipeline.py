"""Batches through a network, with the next ones prepared meanwhile."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from generation.engines.base import Answer, EngineError, Reason, Request
from generation.engines.batching import batches
from generation.engines.faults import (
    device_error,
    free_memory,
    is_device_broken,
    is_out_of_memory,
)
from generation.engines.writing import Words

_LOADERS = 2
BATCHES_AHEAD = 2

Inputs = Mapping[str, Any]
Batch = list[Request]


class Pipeline:
    """Prepares, runs, and makes do with less memory than hoped for.

    Args:
        prepare: Requests to inputs; called from several threads.
        run: Inputs to words, for the same requests in the same order.
        cost: Tokens of a request.
        budget: Tokens of a batch; halved for good where memory ran short.
        max_batch: Requests of a batch.
    """

    def __init__(
        self,
        *,
        prepare: Callable[[Sequence[Request]], Inputs],
        run: Callable[[Inputs, Sequence[Request]], list[Words]],
        cost: Callable[[Request], int],
        budget: int,
        max_batch: int,
    ) -> None:
        self._prepare = prepare
        self._run = run
        self._cost = cost
        self._budget = budget
        self._max_batch = max_batch

    def answers(self, requests: Sequence[Request]) -> Iterator[Answer]:
        """One answer a request, batch by batch."""
        with ThreadPoolExecutor(_LOADERS) as loaders:
            waiting = deque(self._batches(requests))
            ahead: deque[tuple[Batch, Future[Inputs]]] = deque()
            while waiting or ahead:
                while waiting and len(ahead) <= BATCHES_AHEAD:
                    batch = waiting.popleft()
                    ahead.append((batch, loaders.submit(self._prepare, batch)))
                batch, inputs = ahead.popleft()
                outcome = self._attempt(batch, inputs)
                if not isinstance(outcome, EngineError):
                    yield from outcome
                elif len(batch) == 1:
                    yield Answer(key=batch[0].key, error=outcome)
                elif outcome.reason == Reason.OUT_OF_MEMORY:
                    waiting = self._smaller(batch, ahead, waiting)
                else:
                    waiting.extendleft(_halves(batch))

    def _batches(self, requests: Sequence[Request]) -> Iterator[Batch]:
        return batches(
            requests, cost=self._cost, budget=self._budget, max_batch=self._max_batch
        )

    def _attempt(
        self, batch: Batch, inputs: "Future[Inputs]"
    ) -> list[Answer] | EngineError:
        """The answers of a batch, or what came in the way.

        Raises:
            EngineError: The network is not fit for anything more.
        """
        start = time.monotonic()
        try:
            prepared = inputs.result()
        except (ValueError, RuntimeError, MemoryError) as error:
            if is_device_broken(error):
                raise device_error(error) from error
            return _preparation_error(error)
        try:
            words = self._run(prepared, batch)
        except (RuntimeError, MemoryError) as error:
            if is_out_of_memory(error):
                return _memory_error()
            if is_device_broken(error):
                raise device_error(error) from error
            message = f"The network failed on a batch of {len(batch)}: {error}"
            raise EngineError(Reason.CRASHED, message) from error
        seconds = time.monotonic() - start
        return [
            Answer(
                key=request.key,
                text=each.text,
                token_count=each.token_count,
                prompt_token_count=each.prompt_token_count,
                is_unfinished=each.is_unfinished,
                seconds=seconds,
                batch_size=len(batch),
            )
            for request, each in zip(batch, words, strict=True)
        ]

    def _smaller(
        self,
        batch: Batch,
        ahead: deque[tuple[Batch, "Future[Inputs]"]],
        waiting: deque[Batch],
    ) -> deque[Batch]:
        """Everything still to do, in batches of half the size that was too large."""
        longest = max(self._cost(request) for request in batch)
        self._budget = longest * (len(batch) // 2)
        rest = [*batch]
        for other, inputs in ahead:
            inputs.cancel()
            rest += other
        ahead.clear()
        free_memory()
        rest += [request for other in waiting for request in other]
        return deque(self._batches(rest))


def _halves(batch: Batch) -> list[Batch]:
    middle = len(batch) // 2
    return [batch[middle:], batch[:middle]]


def _preparation_error(error: Exception) -> EngineError:
    if is_out_of_memory(error):
        return _memory_error()
    message = f"The model's processor refuses the frames: {error}"
    return EngineError(Reason.UNDECODABLE, message)


def _memory_error() -> EngineError:
    message = "Memory is short even for one video; use fewer frames or another machine."
    return EngineError(Reason.OUT_OF_MEMORY, message)


def scoring_error(error: Exception) -> EngineError:
    """Why one request could not be scored."""
    if is_device_broken(error):
        return device_error(error)
    if is_out_of_memory(error):
        free_memory()
        return _memory_error()
    if isinstance(error, ValueError):
        return _preparation_error(error)
    return EngineError(Reason.CRASHED, f"The network failed on a question: {error}")
