"""The rows of the judge page, as the template draws them."""

import re
from dataclasses import replace

import pytest
from django.utils.safestring import mark_safe

from annotation.instrument import INSTRUMENTS, PAPER
from annotation.rules.judging.presentation import (
    JudgeSheet,
    PresentedComment,
    SheetVideo,
)
from annotation.templatetags.judging import comment_rows


def sheet_of(*comments: PresentedComment) -> JudgeSheet:
    return JudgeSheet(
        assignment="a",
        study="s",
        study_title="Study",
        number=1,
        batch_count=1,
        video=SheetVideo(url="", poster_url=""),
        comments=comments,
        instrument=PAPER,
        first_verdict="human",
        human_count=None,
        required_play_percent=0,
        played_percent=0.0,
        guidelines_html=mark_safe(""),
        shows_tour=False,
        break_after_minutes=0,
        login_name="ann",
        has_pad=False,
        shown_at=0,
    )


def checked(html: str) -> list[tuple[str, str]]:
    """Name and value of the choices that are made."""
    return re.findall(r'name="([^"]+)" value="([^"]+)"[^>]* checked', html)


def row_of(comment: PresentedComment) -> str:
    return comment_rows(sheet_of(comment))


def test_rows_look_alike_but_for_the_text() -> None:
    short, long = "ok", "so much to say about this " * 40

    rows = [
        row_of(PresentedComment(1, text)).replace(text, "") for text in (short, long)
    ]

    assert rows[0] == rows[1]


def test_text_is_escaped_whatever_it_contains() -> None:
    text = '<script>x</script> & "quoted" 100% %(position)s {{ sheet }}'

    row = row_of(PresentedComment(1, text))

    assert (
        "&lt;script&gt;x&lt;/script&gt; &amp; &quot;quoted&quot; "
        "100% %(position)s {{ sheet }}"
    ) in row


def test_what_was_answered_is_chosen_and_nothing_else() -> None:
    html = comment_rows(
        sheet_of(
            PresentedComment(1, "a", verdict="ai", score="0"),
            PresentedComment(2, "b", score="5"),
            PresentedComment(3, "c"),
        )
    )

    assert checked(html) == [("verdict-1", "ai"), ("score-1", "0"), ("score-2", "5")]
    assert re.findall(r'data-state="(.*?)"', html) == ["saved", "half-verdict", ""]


@pytest.mark.parametrize(
    ("first", "expected"),
    [("human", ["human", "ai", "unsure"]), ("ai", ["ai", "human", "unsure"])],
)
def test_verdicts_stand_in_the_annotators_own_order(
    first: str, expected: list[str]
) -> None:
    sheet = replace(
        sheet_of(PresentedComment(1, "a")),
        instrument=INSTRUMENTS["human-ai-unsure-0-5"],
        first_verdict=first,
    )

    values = re.findall(r'name="verdict-1" value="(.*?)"', comment_rows(sheet))

    assert values == expected


def test_a_row_has_a_choice_for_each_value_of_the_scale() -> None:
    sheet = replace(
        sheet_of(PresentedComment(1, "a", score="10")),
        instrument=INSTRUMENTS["human-ai-0-10"],
    )

    html = comment_rows(sheet)

    values = re.findall(r'name="score-1" value="(.*?)"', html)
    assert values == [str(value) for value in range(11)]
    assert checked(html) == [("score-1", "10")]


@pytest.mark.parametrize("key", INSTRUMENTS)
def test_a_pad_has_a_choice_for_each_pair_of_answers(key: str) -> None:
    instrument = INSTRUMENTS[key]
    sheet = replace(
        sheet_of(
            PresentedComment(1, "a", verdict="ai", score="5"),
            PresentedComment(2, "b", verdict="ai"),
        ),
        instrument=instrument,
        has_pad=True,
    )

    html = comment_rows(sheet)

    values = re.findall(r'name="pad-1" value="(.*?)"', html)
    assert values == [
        f"{option.value}-{score}"
        for option in instrument.verdicts
        for score in instrument.scale.scores
    ]
    assert checked(html) == [("pad-1", "ai-5")]
    assert 'data-verdict="ai" data-score=""' in html


def test_the_words_of_an_instrument_may_contain_a_percent_sign() -> None:
    scale = replace(PAPER.scale, words=("0% real", "", "", "", "", "100% real"))
    sheet = replace(
        sheet_of(PresentedComment(1, "a")), instrument=replace(PAPER, scale=scale)
    )

    assert 'aria-label="5: 100% real"' in comment_rows(sheet)


def test_a_refused_row_names_what_is_missing() -> None:
    sheet = sheet_of(
        PresentedComment(1, "a", verdict="ai"),
        PresentedComment(2, "b", score="5"),
        PresentedComment(3, "c"),
    )

    html = comment_rows(replace(sheet, missing=(1, 2, 3)))

    words = re.findall(r"<output[^>]*>(.*?)</output>", html)
    assert words == ["Missing: score", "Missing: verdict", "Missing: both"]
