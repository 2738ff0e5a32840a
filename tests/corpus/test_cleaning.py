"""Comments: the form that is shown, the key they are compared by, what is usable."""

import gzip
import json
import unicodedata
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from corpus.cleaning import (
    FINGERPRINT_BYTES,
    UnusableReason,
    clean_comment,
    clean_comments,
    comparison_key,
    display_text,
    unusable_reason,
)

FAMILY = "👨\u200d👩\u200d👧"
HEART_ON_FIRE = "❤\ufe0f\u200d🔥"
WALES = "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"

# Characters that do something to each other, for hypothesis to combine.
_AWKWARD = st.text(
    st.sampled_from(
        list(
            " \n\t\x00\x1f\u200b\u200c\u200d\u200e\u202e\u2066\ufeff\u034f\ufe0f\u20e3"
        )
        + list("\"'“”„«»‘’「」&#38;amp;lt\\nr1*❤🔥👩🏽🏴\U000e0067\U000e007f")
        + list("aÉe\u0301ßİקשیم\u0dc3\u0dca\u3164\u2800한글字\U000e0100\ud800@./:")
    ),
    max_size=24,
)


class TestDisplayText:
    @pytest.mark.parametrize(
        ("received", "shown"),
        [
            ("  two\t words \r\n\r\n and\u2028lines\u3000", "two words and lines"),
            ("cafe\u0301", "café"),
            ("zero\u200bwidth\ufeff \u2060here", "zerowidth here"),
            ("bell\x07 nul\x00 escape\x1b[31m", "bell nul escape[31m"),
            ("soft\u00adhyphen", "softhyphen"),
            ("\u3164", ""),
            ("365 days \\n364 vlogs", "365 days 364 vlogs"),
            ("one\\r\\ntwo", "one two"),
            ("Tom &amp; Jerry&#39;s &lt;3", "Tom & Jerry's <3"),
            ("a &amp;amp;amp; b", "a & b"),
            ("R&para graph; AT&T; &nosuch;", "R&para graph; AT&T; &nosuch;"),
        ],
    )
    def test_folds_and_drops_what_nobody_sees(self, received: str, shown: str) -> None:
        assert display_text(received) == shown

    @pytest.mark.parametrize(
        "text",
        [
            FAMILY,
            HEART_ON_FIRE,
            WALES,
            "👩🏽\u200d🚀",
            "1\ufe0f\u20e3",
            "می\u200cخواهم",
            "ක්\u200dෂ",
            "ന്\u200d",
            "葛\U000e0100城",
            "שלום\u200f!",
            "(\u0e51>\u0602<\u0e51)",
            "¯\\_(ツ)_/¯",
            "\\Nikki/ \\(o-o)/",
            "<script>alert(1)</script>",
            "🩷🫨",
        ],
    )
    def test_keeps_what_emoji_and_scripts_need(self, text: str) -> None:
        assert display_text(text) == text

    @pytest.mark.parametrize(
        ("received", "shown"),
        [
            ("a\u200db", "ab"),
            ("❤\u200d", "❤"),
            ("x\ufe0f", "x"),
            ("❤\ufe0f\ufe0f\ufe0f", "❤\ufe0f"),
            ("left\u200e to\u200f right", "left to right"),
            ("שלום \u202eabc\u202c \u2067x\u2069", "שלום abc x"),
            # A flag's tags may not carry a message.
            ("🏴" + "".join(chr(0xE0000 + ord(c)) for c in "hidden words"), "🏴"),
        ],
    )
    def test_drops_joiners_and_marks_out_of_their_place(
        self, received: str, shown: str
    ) -> None:
        assert display_text(received) == shown

    @pytest.mark.parametrize(
        ("received", "shown"),
        [
            ('"So true"', "So true"),
            ("“So true”", "So true"),
            ("„So wahr“", "So wahr"),
            ("«Si vrai»", "Si vrai"),
            ("「そうだね」", "そうだね"),
            ("''I know me ,man''", "I know me ,man"),
            ("'I don't know'", "I don't know"),
            ('"“both”"', "both"),
            ('" "padded" "', "padded"),
            ('"He said "hi" to me"', 'He said "hi" to me'),
            ('""""', ""),
        ],
    )
    def test_drops_quotation_marks_around_the_whole(
        self, received: str, shown: str
    ) -> None:
        assert display_text(received) == shown

    @pytest.mark.parametrize(
        "text",
        [
            '"one" and "two"',
            "“one”, “two”",
            "'a' or 'b'",
            '"your merch": me',
            "5'10\"",
            '"',
            "《流浪地球》",
            "'Tis the season",
        ],
    )
    def test_keeps_quotation_marks_inside(self, text: str) -> None:
        assert display_text(text) == text

    @given(st.one_of(st.text(), _AWKWARD))
    def test_is_stable_composed_storable_and_on_one_line(self, received: str) -> None:
        shown = display_text(received)

        assert display_text(shown) == shown
        assert unicodedata.is_normalized("NFC", shown)
        assert shown == " ".join(shown.split())
        assert "\x00" not in shown
        shown.encode()

    @pytest.mark.parametrize(
        "hostile",
        ['"' * 20_000, "&" + "amp;" * 5_000, "a." * 10_000, "❤\u200d" * 7_000, "«" * 9],
    )
    def test_is_quick_on_hostile_texts(self, hostile: str) -> None:
        # A quadratic step takes minutes here; the test's own limit is patience.
        assert len(clean_comment(hostile).text) <= len(hostile)

    def test_drops_every_ignorable_character_that_unicode_knows(self) -> None:
        every = "".join(map(chr, range(0x110000)))
        ignorable = regex.findall(r"\p{Default_Ignorable_Code_Point}", every)

        # Between letters, none of them is in its place.
        kept = [char for char in ignorable if display_text(f"a{char}b") != "ab"]

        assert len(ignorable) > 4_000
        assert kept == []


class TestComparisonKey:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("FIRST", "first"),
            ("Straße", "STRASSE"),
            ("it’s “fine” – really…", 'it\'s "fine" - really...'),
            ("ＬＯＬ！", "lol!"),
            ("好。", "好."),
            ("much  \n wow", "Much wow"),
            ("cafe\u0301", "CAFÉ"),
            ("❤\ufe0f", "❤"),
            ("می\u200cخواهم", "میخواهم"),
            ('„mixed"', "mixed"),
        ],
    )
    def test_is_shared_by_texts_that_say_the_same(self, one: str, other: str) -> None:
        assert comparison_key(one) == comparison_key(other)
        assert clean_comment(one).fingerprint == clean_comment(other).fingerprint

    @pytest.mark.parametrize(
        ("one", "other"),
        [("first", "first!"), ("resume", "résumé"), ("😂", "😂😂"), ("", ".")],
    )
    def test_differs_between_different_texts(self, one: str, other: str) -> None:
        assert comparison_key(one) != comparison_key(other)
        assert clean_comment(one).fingerprint != clean_comment(other).fingerprint

    @given(st.one_of(st.text(), _AWKWARD))
    def test_depends_on_the_shown_form_alone(self, received: str) -> None:
        shown = display_text(received)

        assert comparison_key(shown) == comparison_key(received)
        assert clean_comment(shown).fingerprint == clean_comment(received).fingerprint
        assert len(clean_comment(received).fingerprint) == FINGERPRINT_BYTES


class TestUsability:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", UnusableReason.EMPTY),
            (" \u200b\n", UnusableReason.EMPTY),
            ("\u200e", UnusableReason.EMPTY),
            ('""', UnusableReason.EMPTY),
            ("...", UnusableReason.NO_LETTER_OR_EMOJI),
            (":)", UnusableReason.NO_LETTER_OR_EMOJI),
            ("10/10", UnusableReason.NO_LETTER_OR_EMOJI),
            ("\u2800\u2800", UnusableReason.NO_LETTER_OR_EMOJI),
            ("https://youtu.be/9JkjupxFCe4", UnusableReason.BARE_LINK),
            ("5:41 http://a.example http://b.example !!", UnusableReason.BARE_LINK),
            ("www.example.org", UnusableReason.BARE_LINK),
            ("youtu.be/VASywEuqFd8", UnusableReason.BARE_LINK),
            ("@user https://example.org/x", UnusableReason.BARE_LINK),
            ("@user", UnusableReason.BARE_MENTION),
            ("@user, @user.two!", UnusableReason.BARE_MENTION),
            ("@磊", UnusableReason.BARE_MENTION),
        ],
    )
    def test_says_why_a_comment_cannot_be_used(
        self, text: str, reason: UnusableReason
    ) -> None:
        assert unusable_reason(text) is reason
        assert not clean_comment(text).is_usable

    @pytest.mark.parametrize(
        "text",
        [
            "lol",
            "😂",
            "🇯🇵",
            "1\ufe0f\u20e3",
            "草",
            "ㅋㅋㅋ",
            "ياي",
            "#fyp",
            "XD",
            "@user ❤",
            "@user so good",
            "see https://example.org",
            "see:https://example.org",
            "看https://example.org/真的好",
            "mail me@home",
            "no.way",
        ],
    )
    def test_slang_emoji_and_every_language_are_usable(self, text: str) -> None:
        assert unusable_reason(text) is None
        assert clean_comment(text).is_usable

    def test_a_repeat_of_an_earlier_comment_is_a_duplicate(self) -> None:
        reasons = [
            comment.unusable_reason
            for comment in clean_comments(["First", "@user", "FIRST ", "second"])
        ]

        assert reasons == [
            None,
            UnusableReason.BARE_MENTION,
            UnusableReason.DUPLICATE,
            None,
        ]


class TestRealComments:
    def test_known_oddities_are_judged_as_they_should(self, real_data: Path) -> None:
        expected = {
            "bare link": UnusableReason.BARE_LINK,
            "same as": UnusableReason.DUPLICATE,
        }
        found: dict[str, set[UnusableReason | None]] = {}

        for what, texts, place in _odd_comments(real_data):
            comments = list(clean_comments(texts))
            kind = "same as" if what.startswith("same as") else what
            found.setdefault(kind, set()).add(comments[place].unusable_reason)

        for what, reason in expected.items():
            assert found[what] == {reason}
        assert found["no letter, digit or emoji"] == {
            UnusableReason.EMPTY,
            UnusableReason.NO_LETTER_OR_EMOJI,
        }
        for what in ("Thai", "right-to-left script", "Indic script", "looks like HTML"):
            assert found[what] - {UnusableReason.TOO_LONG} == {None}


def _odd_comments(folder: Path) -> list[tuple[str, list[str], int]]:
    """What is odd, the texts of the odd comment's video, and its place among them."""
    videos: dict[str, list[bytes]] = {}
    odd = []
    for line in (folder / "oddities.jsonl").read_text("utf-8").splitlines():
        oddity = json.loads(line)
        name = oddity["file"]
        if oddity["comment"] is None:
            continue
        if name not in videos:
            content = (folder / name).read_bytes()
            if name.endswith(".gz"):
                content = gzip.decompress(content)
            videos[name] = content.splitlines()
        record = json.loads(videos[name][oddity["line"] - 1])
        texts = [comment["text"] for comment in record["comments"]]
        odd.append((oddity["what"], texts, oddity["comment"]))
    return odd
