"""Choosing an option by how likely a network finds it, instead of by what it says.

Two modes: the likelihood of the letters, and of the options' texts in three readings
(those of lm-evaluation-harness: acc, acc_norm by tokens, acc_mutual_info).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tasks.answering import Mode
from tasks.catalogue import LETTERS

# How a letter may follow a prompt, letter by letter: tokenizers differ in the space.
SPELLINGS = tuple(spelling for letter in LETTERS for spelling in (letter, f" {letter}"))


def probabilities_of_spellings(log_probabilities: Sequence[float]) -> list[float]:
    """Probability of each letter, of what a network gave to each of `SPELLINGS`."""
    each = len(SPELLINGS) // len(LETTERS)
    starts = range(0, len(SPELLINGS), each)
    return letter_probabilities(
        [log_probabilities[start : start + each] for start in starts]
    )


def letter_probabilities(log_probabilities: Sequence[Sequence[float]]) -> list[float]:
    """Probability of each letter among the letters.

    Args:
        log_probabilities: Of each letter, of each token that spells it ("A" and " A");
            their probabilities are added before the softmax over the letters.
    """
    letters = [_log_sum(spellings) for spellings in log_probabilities]
    total = _log_sum(letters)
    return [math.exp(letter - total) for letter in letters]


class TextLikelihood(NamedTuple):
    """What a network gave to one option's text.

    Attributes:
        log_probability: Of the text after the question, summed over its tokens.
        token_count: Of the text.
        alone: Its log-probability without the question.
    """

    log_probability: float
    token_count: int
    alone: float


@dataclass(frozen=True)
class TextChoices:
    """The place that each reading chooses; never mixed in one column."""

    by_sum: int
    per_token: int
    by_information: int


def text_choices(options: Sequence[TextLikelihood]) -> TextChoices:
    """The likeliest option by each reading; the first of equals."""
    return TextChoices(
        by_sum=_highest([one.log_probability for one in options]),
        per_token=_highest(
            [one.log_probability / max(one.token_count, 1) for one in options]
        ),
        by_information=_highest([one.log_probability - one.alone for one in options]),
    )


def text_places(likelihoods: Sequence[Sequence[float]]) -> dict[Mode, int]:
    """The place that each reading of stored figures chooses.

    Args:
        likelihoods: Of each option, `TextLikelihood` as plain numbers.
    """
    chosen = text_choices(
        [
            TextLikelihood(total, int(count), alone)
            for total, count, alone in likelihoods
        ]
    )
    return {
        Mode.TEXTS: chosen.by_sum,
        Mode.TEXTS_PER_TOKEN: chosen.per_token,
        Mode.TEXTS_INFORMATION: chosen.by_information,
    }


def brier_score(probabilities: Sequence[float], answer: int) -> float:
    """Squared error over the options (Brier 1950): 0 is best, 2 worst."""
    return sum(
        (share - (place == answer)) ** 2 for place, share in enumerate(probabilities)
    )


def _highest(values: Sequence[float]) -> int:
    return max(range(len(values)), key=values.__getitem__)


def _log_sum(values: Sequence[float]) -> float:
    most = max(values)
    return most + math.log(sum(math.exp(value - most) for value in values))
