"""Which requests a model works on together: like lengths, within a budget of tokens."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from generation.engines.base import Request


def batches(
    requests: Iterable[Request],
    *,
    cost: Callable[[Request], int],
    budget: int,
    max_batch: int,
) -> Iterator[list[Request]]:
    """Parts of `requests`, longest first, so that memory runs short early if at all.

    Only videos with the same number of frames stand together: several families need
    it. A batch costs its longest member times its size, as the others are padded.

    Args:
        requests: In any order.
        cost: Tokens of a request, prompt and answer.
        budget: Tokens of a batch; a request beyond it stands alone.
        max_batch: Requests of a batch.
    """

    def order(request: Request) -> tuple[int, int]:
        return len(request.frames.images), cost(request)

    ordered = sorted(requests, key=order, reverse=True)
    for _, alike in groupby(ordered, key=lambda request: len(request.frames.images)):
        batch: list[Request] = []
        for request in alike:
            longest = cost(batch[0]) if batch else 0
            is_full = len(batch) >= max_batch or longest * (len(batch) + 1) > budget
            if batch and is_full:
                yield batch
                batch = []
            batch.append(request)
        yield batch
