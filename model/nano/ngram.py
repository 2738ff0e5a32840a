"""The baseline that a language model must beat: n-grams, well smoothed."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

_START = -1


class KneserNey:
    """Interpolated Kneser-Ney over token ids.

    Chen and Goodman (1999), "An empirical study of smoothing techniques for language
    modeling", section 3, with one discount an order, n1 / (n1 + 2 n2). The lowest
    order falls back on all tokens alike, so that no token is impossible.
    """

    def __init__(
        self, sentences: Iterable[Sequence[int]], *, order: int, vocabulary_size: int
    ) -> None:
        """Count.

        Args:
            sentences: Each with the token that closes it.
            order: 3 for trigrams.
            vocabulary_size: Tokens that could come.
        """
        self._order = order
        self._vocabulary_size = vocabulary_size
        self._counts = _adjusted_counts(sentences, order)
        self._discounts = [_discount(counts) for counts in self._counts]
        self._totals: list[dict[tuple[int, ...], int]] = []
        self._kinds: list[dict[tuple[int, ...], int]] = []
        for counts in self._counts:
            totals: dict[tuple[int, ...], int] = defaultdict(int)
            kinds: dict[tuple[int, ...], int] = defaultdict(int)
            for gram, count in counts.items():
                totals[gram[:-1]] += count
                kinds[gram[:-1]] += 1
            self._totals.append(totals)
            self._kinds.append(kinds)

    def probability(self, history: Sequence[int], token: int) -> float:
        """Of the token after the history."""
        padded = [_START] * self._order + list(history)
        probability = 1 / self._vocabulary_size
        for length in range(self._order):
            context = tuple(padded[len(padded) - length :])
            total = self._totals[length].get(context, 0)
            if not total:
                break
            discount = self._discounts[length]
            count = self._counts[length].get((*context, token), 0)
            kept = max(count - discount, 0) / total
            spared = discount * self._kinds[length][context] / total
            probability = kept + spared * probability
        return probability

    def nats(self, sentence: Sequence[int]) -> float:
        """Negative log likelihood of a sentence with its closing token."""
        return -sum(
            math.log(self.probability(sentence[max(0, i - self._order) : i], token))
            for i, token in enumerate(sentence)
        )


def _adjusted_counts(
    sentences: Iterable[Sequence[int]], order: int
) -> list[Counter[tuple[int, ...]]]:
    """For each length from 1: how often, below the highest after how many tokens."""
    highest: Counter[tuple[int, ...]] = Counter()
    for sentence in sentences:
        padded = (_START,) * (order - 1) + tuple(sentence)
        highest.update(padded[i : i + order] for i in range(len(sentence)))
    counts = [highest]
    for _ in range(order - 1):
        counts.append(Counter(gram[1:] for gram in counts[-1]))
    return counts[::-1]


def _discount(counts: Counter[tuple[int, ...]]) -> float:
    once = sum(count == 1 for count in counts.values())
    twice = sum(count == 2 for count in counts.values())  # noqa: PLR2004
    # Without any gram seen once there is nothing to estimate it from.
    return once / (once + 2 * twice) if once else 0.5
