"""Talk of an assistant where a comment should be."""

import pytest

from corpus.assistant_talk import calls_itself_ai, declines, talks_as_assistant


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't assist with that.",
        "I’m unable to view the video, but it sounds fun",
        "I am not able to provide a comment on this",
        "I am unable to view videos.",
        "I can’t provide a comment on this",
        "I cannot watch videos.",
        "I don't write any comments about people",
        "I'm afraid I cannot help",
        "I must decline",
        "我无法观看视频",
    ],
)
def test_a_refusal_is_found(text: str) -> None:
    assert declines(text)
    assert talks_as_assistant(text)


@pytest.mark.parametrize(
    "text",
    [
        "As an AI, I find this fun",
        "As an AI language model I love it",
        "As a language model I'd say this rocks",
        "i'm just a large language model lol",
        "作为一个人工智能，我觉得很好",
        "Como modelo de lenguaje, no puedo ver vídeos",
        "Als KI kann ich keine Videos ansehen",
        "En tant qu'intelligence artificielle, je trouve ça drôle",
    ],
)
def test_a_text_that_calls_itself_an_ai_is_found(text: str) -> None:
    assert calls_itself_ai(text)
    assert talks_as_assistant(text)


@pytest.mark.parametrize(
    "text",
    [
        "As an airline pilot I can confirm",
        "I'm sorry but this dog is a genius 😂",
        "sorry but this is art",
        "I can't even",
        "I cannot believe he did that",
        "I can't stop watching the video",
        "I can't help laughing",
        "I don't watch ads",
        "Here is my dog doing the same",
        "this AI stuff is getting out of hand",
        "sure, comments are off again",
    ],
)
def test_what_people_say_is_let_pass(text: str) -> None:
    assert not talks_as_assistant(text)


@pytest.mark.parametrize(
    "text",
    ["Here is a possible comment: wow!", "Sure! Here's a short comment for the video"],
)
def test_an_announcement_is_talk_but_no_refusal(text: str) -> None:
    assert talks_as_assistant(text)
    assert not declines(text)
