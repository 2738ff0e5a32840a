"""Answers are read strictly but fairly: shapes that real models reply in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.parsing import Outcome, parse_answer, read_reply

OPTIONS = ("A dog in the snow", "Soup, slowly", "The 7 best trains", "Guitar solo!")

_SECOND = [
    *("B", " b \n", "B.", "(B)", "[B]", "B)", "B:", "**B**", "**B.**", '"B"', "`B`"),
    *("'B'", "“B”", "_B_", "(b)", "[b].", "B!", "b.", "\n\nB\n", "**(B)**", "B,"),
    *("Answer: B", "answer: (b).", "The answer is B.", "The correct answer is: B"),
    *(
        "Option B",
        "The correct option is **B**.",
        "Answer B",
        "answer is b",
        "ANSWER: B",
    ),
    *("**Answer:** B", "**Answer: B**", "**Answer**: B", "Answer:B", "Answer: **B**"),
    *("My answer is B.", "Final answer: B", "The final answer is B.", "Choice: B"),
    *(
        "The best option is B.",
        "The right answer is (B).",
        "The best answer is: **B**.",
    ),
    *("Soup, slowly", "soup,  SLOWLY.", "“Soup, slowly”", "**Soup, slowly**"),
    *("B. Soup, slowly", "B) soup, slowly.", "Answer: B. Soup, slowly"),
    *("(B) Soup, slowly", "[B] Soup, slowly", "**B. Soup, slowly**", "B: Soup, slowly"),
    *("**B.** Soup, slowly", "**Answer:** B. Soup, slowly", "B.\nSoup, slowly"),
    # Full-width letters and marks, as models of Chinese write them.
    *("Ｂ", "ｂ", "（Ｂ）", "Ｂ．", "【B】", "Answer：B", "Ｂ。"),
    # Boxed.
    *(r"\boxed{B}", r"$\boxed{B}$", r"\boxed{\text{B}}", r"The answer is \boxed{B}."),
    *(r"$$\boxed{B}$$", r"\boxed{ b }", r"So it is \boxed{\textbf{B}}"),
    "It cooks.\n\n" + r"Therefore, the answer is $\boxed{\text{B. Soup, slowly}}$.",
    # Thinking aloud is not the answer.
    "<think>A or C? The pot says soup.</think>B",
    "<think>\nAnswer: A\n</think>\n\nB.",
    "<think>A</think>\n**Answer:** B",
    "The dog is option A.</think>\n\nB",
    "<thinking>Perhaps D</thinking>The answer is B.",
    "<THINK>C</THINK> B",
    "<think>one</think><think>two</think>B",
    "<reasoning>C fits too.</reasoning>\nAnswer: B",
    "<answer>B</answer>",
    "<think>A?</think><answer>B</answer>",
    "<think>A?</think>\n<answer>\nB. Soup, slowly\n</answer>",
    "The pot boils. <answer> (B) </answer>",
    # Reasoning first, the answer on the last line.
    "The video shows a pot.\nAnswer: B",
    "A dog is not seen.\n\nThe answer is B.",
    "A pot.\nA spoon.\n**Answer: B**",
    "A pot.\n\nFinal answer: **B**",
    "A pot.\n\nThe correct answer is: B. Soup, slowly",
    "A pot.\n\nTherefore, the correct answer is B.",
    "A pot.\nSo the answer is (B).",
    "A pot.\nAnswer: Soup, slowly",
    "A pot.\nThe best option is B",
    "A pot.\n### Answer: B",
    "Answer: A would be wrong.\nAnswer: B",
    "1. A dog? No.\n2. Soup? Yes.\n\nMy final answer: B",
    "A pot.\nAnswer: B\n\n",
    "A pot.\n\n**Final Answer:** B",
    "It cannot be C.\nThe answer is **B. Soup, slowly**",
]
_NOTHING = [
    *(
        "",
        " ",
        "E",
        "BB",
        "A or B",
        "A, B",
        "AB",
        "Maybe B",
        "A dog",
        "Soup",
        "Answer:",
    ),
    *("Not B", "1", "2", "B?", "A and B", "A/B", "B or not B", "F", "Z", "a b", "[ ]"),
    "A nice title would be soup.",
    "I think it is C because of the trains",
    "B. The 7 best trains",
    "B\n\nThe video shows soup.",
    # Other programs have read these as T, B and A.
    "The",
    "The video shows a pot.",
    "Based on the video",
    "Based on the video, it is about soup.",
    "A person is cooking.",
    "Cooking",
    "Dog",
    "I see a pot. B seems likely.",
    "None of the above",
    "All of them",
    "Answer: E",
    "Answer: A or B",
    "Answer: A, B",
    "The answer is not B.",
    "The answer is between A and B.",
    "The answer could be B.",
    "Option A\nOption B",
    "A. A dog in the snow\nB. Soup, slowly",
    "A\nB\nC\nD",
    "A pot.\nB",
    "A pot.\nMaybe B",
    "A pot.\nAnswer: probably B",
    "Answer: B\nBut it could be C.",
    r"\boxed{A} or \boxed{B}",
    r"\boxed{}",
    r"\boxed{soup}",
    "<think>B",
    "<think>The answer is B.",
    "<think>B</think>",
    "<answer>A</answer><answer>B</answer>",
    "<answer></answer>",
    "<answer>soup</answer>",
    "The video is not available.",
    "ª",
    "Ⓑ",
    "Б",
    "В",
    "😀",
    "?",
    "null",
    "The best title is about soup.",
    "Title: Soup",
    "Bread",
]
_REFUSED = [
    "I'm sorry, but I can't assist with that.",
    "I cannot help with this request.",
    "I’m unable to answer questions about people in videos.",
    "Sorry, I can't comply.",
    "I am not able to provide that.",
    "This violates our content policy.",
    "<think>Is this safe?</think>I won't answer this.",
    "I must decline.",
    "I'm sorry.",
    "I can not engage with this content.",
]


def test_there_are_at_least_120_shapes() -> None:
    assert len({*_SECOND, *_NOTHING, *_REFUSED}) >= 120


@pytest.mark.parametrize("text", _SECOND)
def test_these_name_the_second_option(text: str) -> None:
    assert read_reply(text, OPTIONS) == (1, Outcome.READ)


@pytest.mark.parametrize("text", _NOTHING)
def test_these_are_no_answer(text: str) -> None:
    assert read_reply(text, OPTIONS) == (None, Outcome.UNREADABLE)


@pytest.mark.parametrize("text", _REFUSED)
def test_these_decline_and_are_counted_apart(text: str) -> None:
    assert read_reply(text, OPTIONS) == (None, Outcome.REFUSED)


def test_an_answer_beside_an_apology_is_an_answer() -> None:
    text = "I'm sorry, I can't provide details.\nAnswer: B"

    assert read_reply(text, OPTIONS) == (1, Outcome.READ)


def test_an_option_in_two_places_names_neither() -> None:
    assert parse_answer("same", ("same", "Same", "x", "y")) is None


def test_an_emoji_or_a_mark_alone_can_be_an_option() -> None:
    assert parse_answer("😂", ("😂", "?", "...", "!!")) == 0
    assert parse_answer("?", ("😂", "?", "...", "!!")) == 1


def test_full_width_options_are_known_by_their_text() -> None:
    assert parse_answer("Ｈａｐｐｙ", ("sad", "Ｈａｐｐｙ", "x", "y")) == 1


@given(st.text(max_size=60))
def test_any_text_is_an_option_or_nothing(text: str) -> None:
    assert parse_answer(text, OPTIONS) in {None, 0, 1, 2, 3}


@given(st.sampled_from(range(4)))
def test_every_option_is_known_by_its_full_text_and_by_its_letter(place: int) -> None:
    assert parse_answer(OPTIONS[place], OPTIONS) == place
    assert parse_answer("ABCD"[place], OPTIONS) == place
