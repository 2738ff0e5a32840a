"""Warnings about the texts of a study (pure)."""

import pytest

from annotation.rules.studies.readiness import (
    FilledComment,
    is_refusal,
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


@pytest.mark.parametrize(
    "text",
    [
        "As an AI language model, I cannot watch videos.",
        "As a language model I'd say this rocks",
        "I'm sorry, but I can't assist with that.",
        "I’m unable to view the video, but it sounds fun",
        "I am not able to provide a comment on this",
        "Here is a possible comment: wow!",
        "Sure! Here's a short comment for the video",
        "作为一个人工智能，我无法观看视频",
        "Como modelo de lenguaje, no puedo ver vídeos",
        "Als KI kann ich keine Videos ansehen",
    ],
)
def test_a_text_that_speaks_as_a_model_is_found(text: str) -> None:
    assert is_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "As an airline pilot I can confirm",
        "I'm sorry but this dog is a genius 😂",
        "I can't even",
        "I cannot believe he did that",
        "Here is my dog doing the same",
        "this AI stuff is getting out of hand",
        "sure, comments are off again",
    ],
)
def test_what_people_say_is_no_refusal(text: str) -> None:
    assert not is_refusal(text)


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
