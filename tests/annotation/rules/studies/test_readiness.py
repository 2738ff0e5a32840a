"""Warnings about the texts of a study (pure)."""

import pytest

from annotation.rules.studies.readiness import (
    FilledComment,
    name_pattern,
    warnings_about,
)
from corpus.cleaning import clean_comment


def comment(
    text: str, source: str = "Writer", *, batch: int = 1, human: bool = False
) -> FilledComment:
    clean = clean_comment(text)
    return FilledComment(
        batch=batch,
        video=f"Clip {batch}",
        source_key=source.lower(),
        source_title=source,
        is_human=human,
        text=clean.text,
        fingerprint=clean.fingerprint,
    )


def test_nothing_stands_out_in_nothing() -> None:
    assert warnings_about([]).count == 0


def test_equal_texts_in_one_batch_are_told_with_their_sources() -> None:
    warnings = warnings_about(
        [
            comment("So cute!", "One"),
            comment("so  CUTE!", "Two"),
            comment("So cute!", "Three", batch=2),
        ]
    )

    (warning,) = warnings.equal_texts
    assert (warning.video, warning.sources) == ("Clip 1", ("One", "Two"))


def test_only_ai_sources_are_suspected_of_refusing() -> None:
    text = "As an AI language model, I love this"

    warnings = warnings_about([comment(text, "People", human=True)])

    assert warnings.refusals == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Qwen2.5-VL-7B", "Qwen here, what a jump"),
        ("Qwen2.5-VL-7B", "written by qwen 2.5 vl 7b"),
        ("gpt-4o", "GPT-4o thinks so too"),
        ("gpt-4o", "my friend GPT 4o"),
        ("Video-LLaVA", "LLaVA says hi"),
        ("MIMIC-Chat", "mimicchat was here"),
    ],
)
def test_a_sources_own_name_is_found_in_its_text(name: str, text: str) -> None:
    (warning,) = warnings_about([comment(text, name)]).own_names

    assert warning.sources == (name,)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Video-LLaVA", "what a video"),
        ("Video-ChatGPT", "nice video, good chat"),
        ("Oryx", "glory to the dog"),
        ("Aria", "hilarian"),
        ("MIMIC-Chat", "the chat is wild"),
        ("GPT-4o", "4 of 10"),
    ],
)
def test_everyday_words_are_no_names(name: str, text: str) -> None:
    assert warnings_about([comment(text, name)]).own_names == ()


def test_a_name_that_tells_nothing_is_not_looked_for() -> None:
    assert name_pattern(["m1"]) is None


def test_a_source_twice_as_long_as_people_is_told() -> None:
    people = [comment("a" * length, "People", human=True) for length in (10, 20, 30)]
    long = [comment("b" * length, "Long") for length in (39, 40, 41)]
    short = [comment("c" * 39, "Short")]

    (warning,) = warnings_about([*people, *long, *short]).long_sources

    assert warning.source == "Long"
    assert (warning.median_length, warning.human_median_length) == (40, 20)
    assert warning.ratio == 2.0


def test_without_people_no_source_is_too_long() -> None:
    assert warnings_about([comment("b" * 500)]).long_sources == ()


def test_a_habit_of_typing_that_one_side_alone_has_is_told() -> None:
    people = [f"{'So' if n % 2 else 'so'} cute {n} 😂" for n in range(20)]
    models = [f"It’s such a lovely clip, number {n}." for n in range(40)]

    warnings = warnings_about(
        [comment(text, "People", human=True) for text in people]
        + [comment(text) for text in models]
    )

    assert {(one.habit, one.is_human, one.percent) for one in warnings.one_sided} == {
        ("Emoji", True, 100),
        ("A small letter first", True, 50),
        ("Curly quotation marks or apostrophes", False, 100),
        ("A full stop at the end", False, 100),
    }
    assert warnings.count == 4 + len(warnings.long_sources)


def test_what_chance_explains_and_what_cleaning_evens_out_is_not_told() -> None:
    people = [comment(f"so cute\n\n{n}", "People", human=True) for n in range(20)]
    models = [comment(f"so  cute {n + 100}") for n in range(19)]

    warnings = warnings_about([*people, *models, comment("so cute, at last 😂")])

    assert warnings.one_sided == ()
