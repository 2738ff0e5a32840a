"""What the judge page posts is read strictly, and refused by name."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.http import QueryDict

from annotation.errors import MalformedAnswersError
from annotation.forms.judging.answers import (
    posted_answers,
    posted_choices,
    posted_playback,
    posted_shown_at,
)
from annotation.instrument import INSTRUMENTS, PAPER
from annotation.rules.judging.answers import Choice

KEY = "1e0a4c38-9f1b-4f0e-8a52-0d5a2f1c9b7d"
ANSWER = {
    "position": "3",
    "verdict": "ai",
    "score": "0",
    "key": KEY,
    "age_ms": "1500",
    "view_ms": "4200",
}


def posted(*answers: dict[str, str]) -> QueryDict:
    data = QueryDict(mutable=True)
    for answer in answers:
        for name, value in answer.items():
            data.appendlist(name, value)
    return data


def test_an_answer_is_read_with_its_times() -> None:
    (answer,) = posted_answers(posted(ANSWER), PAPER)

    assert (answer.position, answer.verdict, answer.score) == (3, "ai", 0)
    assert answer.key == UUID(KEY)
    assert answer.age == timedelta(seconds=1.5)
    assert answer.view_seconds == 4.2


def test_an_answer_may_give_one_half_and_no_view_time() -> None:
    first = ANSWER | {"score": ""}
    second = ANSWER | {"verdict": "", "view_ms": ""}

    answers = posted_answers(posted(first, second), PAPER)

    assert [(a.verdict, a.score) for a in answers] == [("ai", None), (None, 0)]
    assert answers[1].view_seconds is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"position": "first"}, "'first' is not a position"),
        ({"position": "٣"}, "is not a position"),
        ({"position": "-1"}, "'-1' is not a position"),
        ({"verdict": "robot"}, "'robot' is not a verdict"),
        ({"score": "6"}, r"'6' is not a score \(0 to 5\)"),
        ({"score": "2.5"}, "'2.5' is not a score"),
        ({"key": "1"}, "'1' is not a key"),
        ({"age_ms": "-5"}, "age_ms is not a number"),
        ({"age_ms": ""}, "age_ms is not a number"),
        ({"view_ms": "soon"}, "view_ms is not a number"),
        ({"verdict": "", "score": ""}, "neither verdict nor score"),
    ],
)
def test_a_malformed_answer_is_named(change: dict[str, str], reason: str) -> None:
    with pytest.raises(MalformedAnswersError, match=f"answer 2: .*{reason}"):
        posted_answers(posted(ANSWER, ANSWER | change), PAPER)


def test_lists_of_different_length_are_refused() -> None:
    data = posted(ANSWER)
    data.appendlist("verdict", "human")

    with pytest.raises(MalformedAnswersError, match="position 1, verdict 2"):
        posted_answers(data, PAPER)


def test_a_form_without_answers_has_none() -> None:
    assert posted_answers(QueryDict("shown_at=5"), PAPER) == []


def test_the_choices_of_a_form_are_read_by_position() -> None:
    data = QueryDict("verdict-1=human&score-1=5&score-2=0&pad-3=ai-4&other=1")

    assert posted_choices(data, PAPER) == [
        Choice(1, "human", 5),
        Choice(2, None, 0),
        Choice(3, "ai", 4),
    ]


def test_a_malformed_choice_is_named() -> None:
    for query in ("score-1=9", "pad-1=ai-9"):
        with pytest.raises(MalformedAnswersError, match="'9' is not a score"):
            posted_choices(QueryDict(query), PAPER)


@pytest.mark.parametrize(
    ("key", "accepted", "refused"),
    [
        ("human-ai-0-10", "score-1=10", "score-1=11"),
        ("human-ai-1-7", "score-1=7", "score-1=0"),
        ("human-ai-unsure-0-5", "verdict-1=unsure", "verdict-1=maybe"),
    ],
)
def test_answers_are_read_by_the_instrument_of_the_study(
    key: str, accepted: str, refused: str
) -> None:
    instrument = INSTRUMENTS[key]

    assert len(posted_choices(QueryDict(accepted), instrument)) == 1
    with pytest.raises(MalformedAnswersError, match="is not a"):
        posted_choices(QueryDict(refused), instrument)


def test_the_form_says_when_it_was_shown() -> None:
    assert posted_shown_at(QueryDict("shown_at=1500")) == datetime(
        1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC
    )


@pytest.mark.parametrize("query", ["", "shown_at=", "shown_at=-5", "shown_at=now"])
def test_a_form_that_does_not_say_when_it_was_shown(query: str) -> None:
    assert posted_shown_at(QueryDict(query)) is None


def test_playback_is_read() -> None:
    assert posted_playback(QueryDict("seconds=12.5&percent=40")) == (12.5, 40)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "seconds=1",
        "seconds=x&percent=1",
        "seconds=1&percent=101",
        "seconds=nan&percent=1",
        "seconds=1&percent=-1",
    ],
)
def test_playback_out_of_range_is_refused(query: str) -> None:
    with pytest.raises(MalformedAnswersError, match="seconds and percent"):
        posted_playback(QueryDict(query))
