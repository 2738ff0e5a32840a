"""Flags: what somebody should look at, never what is rewritten."""

import json
from collections import Counter
from pathlib import Path

import pytest

from corpus.cleaning import comparison_key
from generation.cleaning import clean
from generation.flag_texts import FLAG_TEXTS
from generation.flags import Flag, flags_of
from generation.prompts import prompt

PROMPT = prompt("comment-1")


def flags(raw: str, *others: str) -> tuple[Flag, ...]:
    keys = {comparison_key(other) for other in others}
    return flags_of(clean(raw), raw, PROMPT, keys)


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        ("<think>hm", Flag.EMPTY),
        ("I'm sorry, but I can't assist with that.", Flag.REFUSAL),
        ("I am unable to view videos.", Flag.REFUSAL),
        ("I can’t provide a comment on this", Flag.REFUSAL),
        ("As an AI, I find this fun", Flag.AS_AN_AI),
        ("As an AI language model I love it", Flag.AS_AN_AI),
        ("i'm just a large language model lol", Flag.AS_AN_AI),
        ("Say what you think or feel about it rather", Flag.PROMPT_ECHO),
        ("The video shows a man who cooks.", Flag.DESCRIPTION),
        ("This short clip features a dog", Flag.DESCRIPTION),
        ("In this video, a dog runs", Flag.DESCRIPTION),
        ("Что это такое вообще", Flag.OTHER_LANGUAGE),
        ("这个视频太好笑了", Flag.OTHER_LANGUAGE),
        ("¿por qué está todo el mundo así?", Flag.OTHER_LANGUAGE),
        ("c'est très drôle pour les enfants", Flag.OTHER_LANGUAGE),
        ("ini lucu banget dan saya tidak bisa berhenti", Flag.OTHER_LANGUAGE),
        ("1. so cute\n2. love it", Flag.SEVERAL),
        ("so good it is " * 5, Flag.LOOPING),
        ("so good \ufffd\ufffd", Flag.BROKEN),
        ("so good \ue000", Flag.BROKEN),
    ],
)
def test_raises_a_flag(raw: str, flag: Flag) -> None:
    assert flag in flags(raw)


@pytest.mark.parametrize(
    "comment",
    [
        "no no no no no no no no no no no no no no",
        "who else is watching this at 3am 😂",
        "😂😂😂",
        "W",
        "Señor Pepe is my hero",
        "I can't stop watching the video",
        "the video of the year",
        "sorry but this is art",
        "AI could never",
        "la la la la land",
    ],
)
def test_lets_ordinary_comments_pass(comment: str) -> None:
    assert flags(comment) == ()


def test_the_same_words_under_another_video_are_flagged_whatever_their_dress() -> None:
    assert flags("So CUTE…", "“so cute...”") == (Flag.REPEATED,)
    assert flags("So cute", "so ugly") == ()


@pytest.mark.parametrize(
    ("raw", "is_cut"),
    [
        ("the video shows how a man in a red hat walks to the", True),
        ('"i love how this man in a red hat walks to the', True),
        ("so cute\n\nExplanation: people like", False),
    ],
)
def test_an_answer_without_tokens_for_its_end_is_cut_if_the_comment_is_its_end(
    raw: str, *, is_cut: bool
) -> None:
    found = flags_of(clean(raw), raw, PROMPT, (), is_unfinished=True)

    assert (Flag.CUT in found) == is_cut
    assert Flag.CUT not in flags(raw)


def test_every_flag_is_explained_to_people() -> None:
    assert set(FLAG_TEXTS) == set(Flag)


def test_few_of_people_s_comments_look_like_a_machine_s(shared_data: Path) -> None:
    lines = (shared_data / "mimic_data.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [c["text"] for line in lines for c in json.loads(line)["comments"]]

    counts = Counter(flag for text in texts for flag in flags(text))

    for flag in (Flag.REFUSAL, Flag.AS_AN_AI, Flag.DESCRIPTION, Flag.PROMPT_ECHO):
        assert counts[flag] <= 0.005 * len(texts), flag
