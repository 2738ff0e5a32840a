"""The n-gram baseline is a real one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.nano.ngram import KneserNey

A, B, END = 0, 1, 2


def test_a_worked_case_of_bigrams() -> None:
    # "a b" twice, "a a b" once, each closed.
    model = KneserNey(
        [[A, B, END], [A, B, END], [A, A, B, END]], order=2, vocabulary_size=3
    )

    # Bigrams: start-a 3, a-b 3, b-end 3, a-a 1: one seen once, none twice, so D = 1.
    # Continuations: a after 2 kinds, b after 1, end after 1: 4 in all; two of them once
    # and one twice, so D = 2 / 4. P(b) = (1 - .5) / 4 + .5 * 3 / 4 * 1 / 3 = .25.
    # P(b | a) = (3 - 1) / 4 + 1 * 2 / 4 * .25.
    assert model.probability([A], B) == pytest.approx(0.625)


@given(
    st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=6), min_size=1),
    st.integers(1, 4),
    st.lists(st.integers(0, 4), max_size=5),
)
def test_probabilities_add_up_to_one(
    sentences: list[list[int]], order: int, history: list[int]
) -> None:
    model = KneserNey(sentences, order=order, vocabulary_size=5)

    total = math.fsum(model.probability(history, token) for token in range(5))

    assert total == pytest.approx(1)


def test_what_was_learnt_is_likelier_than_noise() -> None:
    sentences = [[A, B, A, B, END]] * 5 + [[B, B, END]]
    model = KneserNey(sentences, order=3, vocabulary_size=3)

    assert model.nats([A, B, A, B, END]) < model.nats([END, A, A, A, B])


def test_an_unseen_token_is_unlikely_and_not_impossible() -> None:
    model = KneserNey([[A, END]] * 4, order=3, vocabulary_size=10)

    assert 0 < model.probability([A], 7) < 0.1
