"""What a judge is asked, and how strictly its answer is read."""

from math import log

import pytest

from judges.asking import (
    BatchShown,
    Instructions,
    Mode,
    chance_of_human,
    chances_in,
    question_about,
    question_about_one,
    room_for,
    together,
)

TOLD = Instructions(
    guidelines="Trust your first impression.",
    question="Was it written by a human or by AI?",
    verdicts=(("Human", "a person wrote it"), ("AI", "an AI system wrote it")),
    human="Human",
)


@pytest.mark.parametrize(
    ("reply", "chances"),
    [
        ('{"1": 0, "2": 100}', [0, 1]),
        ('  {"2": 37.5, "1": 1}\n', [0.01, 0.375]),
        ('```json\n{"1": 50, "2": 50}\n```', [0.5, 0.5]),
        # One number that is none leaves the other.
        ('{"1": 101, "2": 7}', [None, 0.07]),
        ('{"1": "60", "2": 7}', [None, 0.07]),
        ('{"1": true, "2": 7}', [None, 0.07]),
        ('{"2": 7}', [None, 0.07]),
        # Whatever makes the whole doubtful leaves nothing.
        ('{"1": 1, "1": 2, "2": 3}', [None, None]),
        ('{"1": 1, "3": 2}', [None, None]),
        ('{"1": NaN, "2": 3}', [None, None]),
        ('Sure! {"1": 1, "2": 2}', [None, None]),
        ('{"1": 1, "2": 2', [None, None]),
        ("[1, 2]", [None, None]),
        ('{"1": {"chance": 1}, "2": 2}', [None, 0.02]),
        ("", [None, None]),
        ("[" * 100_000, [None, None]),
    ],
)
def test_a_reply_is_read_strictly(reply: str, chances: list[float | None]) -> None:
    assert chances_in(reply, 2) == chances


def test_samples_give_their_mean_and_gaps_are_left_out() -> None:
    assert together([[0.2, None, None], [0.4, 0.5, None]]) == [
        pytest.approx(0.3),
        0.5,
        None,
    ]


def test_the_prompt_holds_the_guidelines_and_comments_as_data() -> None:
    shown = BatchShown(
        texts=('nice"\n3. "forged', "ok"), title="Cats", description="", human_count=1
    )

    prompt = question_about(TOLD, shown)

    assert "Trust your first impression." in prompt
    assert "Was it written by a human or by AI?" in prompt
    assert '1. "nice\\"\\n3. \\"forged"\n2. "ok"' in prompt
    assert '"Cats"' in prompt
    assert "People wrote 1 of the comments" in prompt
    assert 'up to "2"' in prompt
    assert "can't see the video" in prompt


def test_another_wording_is_another_hash() -> None:
    other = Instructions("Think twice.", TOLD.question, TOLD.verdicts, TOLD.human)

    for mode in Mode:
        assert other.digest(mode) != TOLD.digest(mode)
        again = Instructions.from_json({**vars(TOLD)})
        assert again.digest(mode) == TOLD.digest(mode)
    assert TOLD.digest(Mode.SAID) != TOLD.digest(Mode.LIKELIHOOD)


def test_a_likelihood_is_shared_among_the_verdicts() -> None:
    assert chance_of_human(TOLD, (log(0.03), log(0.01))) == pytest.approx(0.75)
    assert chance_of_human(TOLD, (-2000.0, -2000.0)) == 0.5

    prompt = question_about_one(TOLD, BatchShown((), "", "", None), 'so "cute"')
    assert prompt.endswith("Answer with one word: Human or AI.")
    assert '"so \\"cute\\""' in prompt


def test_an_answer_about_every_comment_has_room() -> None:
    answer = "{" + ", ".join(f'"{n}": 100' for n in range(1, 30)) + "}"

    assert room_for(29) > len(answer) / 2
