"""Cleaning: what chat models put around a comment goes, the comment stays."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.cleaning import clean_comment
from generation.cleaning import CLEANING_VERSION, clean

_PIECES = st.lists(
    st.sampled_from(
        [
            "<think>",
            "</think>",
            "<|im_end|>",
            "</s>",
            "Comment: ",
            "**",
            "*",
            '"',
            "“",
            "”",
            "1. ",
            "- ",
            "\n",
            "```",
            "Here's a comment:",
            "a",
            "é",
            "e\u0301",
            " ",
            "lol 😂",
            "[INST]",
            "assistant: ",
            "'",
            "<s",
            ">",
            "|",
            ":",
            "#",
            "ﬁ" * 300,
        ]
    ),
    max_size=12,
).map("".join)


class TestClean:
    @pytest.mark.parametrize(
        ("raw", "comment"),
        [
            ("  nice one  \n", "nice one"),
            ("So good!<|im_end|>\n<|im_start|>user\nAnother?", "So good!"),
            ("<s> So good!</s>", "So good!"),
            ("<think>They want fun.</think>\n\nlol what", "lol what"),
            ("I think it is a dog.\n</think>\nwho let him out", "who let him out"),
            ("<think>still thinking about", ""),
            ("Comment: love this", "love this"),
            ("Comment 1: love this", "love this"),
            ("**Comment:** love this", "love this"),
            ("ASSISTANT: love this", "love this"),
            ('"love this"', "love this"),
            ("“Comment: ‘love this’”", "love this"),
            ("**love this**", "love this"),
            ("*love* this *song*", "*love* this *song*"),
            ("1. love this\n2. hate this", "love this"),
            ("- love this", "love this"),
            ("Sure! Here's a comment:\n\nlove this", "love this"),
            (
                "Here is a comment that a viewer might leave:\n\n“love this”",
                "love this",
            ),
            ("```\nlove this\n```", "love this"),
            ("love this\n\nExplanation: a viewer would.", "love this"),
            ("Comment: love this\nLet me know if you need more!", "love this"),
            ("cafe\u0301", "café"),
            ("<image>\n", ""),
            ("", ""),
        ],
    )
    def test_takes_off_what_stands_around_a_comment(
        self, raw: str, comment: str
    ) -> None:
        assert clean(raw).text == comment

    @pytest.mark.parametrize(
        "comment",
        [
            "2 minutes in and I'm crying",
            "1.5x speed is the way",
            "user error: my life",
            "me: I'll sleep early. also me:",
            "he said \"no\" and then 'yes'",
            "#fyp #dogs",
            "<3 <3 <3",
            "I <b>love</b> this",
            "3:15 is the best part",
            "-10 points",
            "snake_case_fan",
            "(1) notification",
        ],
    )
    def test_leaves_what_people_write(self, comment: str) -> None:
        assert clean(comment).text == comment

    def test_an_announcement_alone_is_all_there_is(self) -> None:
        assert clean("Here's a comment:").text == "Here's a comment:"

    def test_says_by_which_rules(self) -> None:
        assert clean("lol").version == CLEANING_VERSION

    @pytest.mark.parametrize(
        "comment",
        ["first line\nsecond line", "word " * 200, "my list:\n- cats\n- more cats"],
    )
    def test_keeps_every_line_and_any_length_as_people_s_cleaning_does(
        self, comment: str
    ) -> None:
        cleaned = clean_comment(clean(comment).text)

        assert cleaned.text == clean_comment(comment).text

    # A busy machine takes its time.
    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(_PIECES)
    def test_cleaning_twice_changes_nothing(self, raw: str) -> None:
        once = clean(raw).text

        assert clean(once).text == once
        assert unicodedata.is_normalized("NFC", once)
