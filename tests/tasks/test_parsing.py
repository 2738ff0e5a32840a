"""Answers are read strictly but fairly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.parsing import parse_answer

OPTIONS = ("A dog in the snow", "Soup, slowly", "The 7 best trains", "Guitar solo!")


@pytest.mark.parametrize(
    "text",
    [
        "B",
        " b \n",
        "B.",
        "(B)",
        "[B]",
        "B)",
        "B:",
        "**B**",
        "**B.**",
        '"B"',
        "Answer: B",
        "answer: (b).",
        "The answer is B.",
        "The correct answer is: B",
        "Option B",
        "The correct option is **B**.",
        "Soup, slowly",
        "soup,  SLOWLY.",
        "“Soup, slowly”",
        "B. Soup, slowly",
        "B) soup, slowly.",
        "Answer: B. Soup, slowly",
    ],
)
def test_these_name_the_second_option(text: str) -> None:
    assert parse_answer(text, OPTIONS) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "E",
        "BB",
        "A or B",
        "A, B",
        "AB",
        "Maybe B",
        "A dog",
        "A nice title would be soup.",
        "I think it is C because of the trains",
        "B. The 7 best trains",
        "Soup",
        "Answer:",
        "Not B",
        "B\n\nThe video shows soup.",
    ],
)
def test_these_are_no_answer(text: str) -> None:
    assert parse_answer(text, OPTIONS) is None


def test_an_option_in_two_places_names_neither() -> None:
    assert parse_answer("same", ("same", "Same", "x", "y")) is None


def test_an_emoji_or_a_mark_alone_can_be_an_option() -> None:
    assert parse_answer("😂", ("😂", "?", "...", "!!")) == 0
    assert parse_answer("?", ("😂", "?", "...", "!!")) == 1


@given(st.text(max_size=60))
def test_any_text_is_an_option_or_nothing(text: str) -> None:
    assert parse_answer(text, OPTIONS) in {None, 0, 1, 2, 3}


@given(st.sampled_from(range(4)))
def test_every_option_is_known_by_its_full_text_and_by_its_letter(place: int) -> None:
    assert parse_answer(OPTIONS[place], OPTIONS) == place
    assert parse_answer("ABCD"[place], OPTIONS) == place
