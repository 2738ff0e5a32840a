"""Quotation marks around a whole text."""

import pytest

from corpus.quotation import unquoted


@pytest.mark.parametrize(
    "text",
    [
        "»Ja«",
        "‹oui›",
        "›ja‹",
        "‚so‘",
        "”Nej”",
        "『は』",
        "｢x｣",
        "﹁豎﹂",
        "〝a〟",
        "❝b❞",
    ],
)
def test_every_script_s_marks_are_taken_off(text: str) -> None:
    assert unquoted(text) == text[1:-1]


def test_an_apostrophe_closes_nothing() -> None:
    assert unquoted("‘you don’t say’") == "you don’t say"


def test_marks_of_two_kinds_make_no_pair() -> None:
    assert unquoted("“half») ") == "“half») "


def test_too_many_marks_are_no_quotation() -> None:
    assert unquoted('"' * 101) == '"' * 101
