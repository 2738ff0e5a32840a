"""Options chosen by likelihood, against numbers worked out by hand."""

import math

import pytest

from tasks.likelihoods import (
    SPELLINGS,
    TextLikelihood,
    brier_score,
    letter_probabilities,
    probabilities_of_spellings,
    text_choices,
)


def test_both_spellings_of_a_letter_are_added_before_the_softmax() -> None:
    logs = [[math.log(p) for p in pair] for pair in ((0.1, 0.1), (0.3, 0.1))]

    assert letter_probabilities(logs) == pytest.approx([1 / 3, 2 / 3])


def test_very_unlikely_letters_still_have_shares() -> None:
    shares = letter_probabilities([[-2000.0], [-2000.0], [-2001.0], [-5000.0]])

    assert sum(shares) == pytest.approx(1)
    assert shares[0] == pytest.approx(1 / (2 + math.exp(-1)))


def test_the_three_readings_of_texts_can_disagree() -> None:
    options = [
        TextLikelihood(-6.0, 2, alone=-5.0),  # the likeliest as a whole
        TextLikelihood(-8.0, 8, alone=-7.5),  # the likeliest a token
        TextLikelihood(-9.0, 3, alone=-14.0),  # gains most from the question
        TextLikelihood(-30.0, 3, alone=-30.0),
    ]

    choices = text_choices(options)

    assert (choices.by_sum, choices.per_token, choices.by_information) == (0, 1, 2)


def test_the_brier_score_is_0_for_certainty_and_2_for_certain_error() -> None:
    assert brier_score([1, 0, 0, 0], 0) == 0
    assert brier_score([0, 1, 0, 0], 0) == 2
    assert brier_score([0.25] * 4, 2) == pytest.approx(0.75)


def test_spellings_of_a_letter_add_up() -> None:
    logs = [math.log(share) for share in (0.1, 0.1, 0.2, 0.1, 0.05, 0.05, 0.1)]

    found = probabilities_of_spellings([*logs, -math.inf])

    assert SPELLINGS[:3] == ("A", " A", "B")
    assert found == pytest.approx([0.2 / 0.7, 0.3 / 0.7, 0.1 / 0.7, 0.1 / 0.7])
