"""The rough style of a comment."""

from collections.abc import Callable
from itertools import product

import pytest

from corpus.comment_style import _RULES, Style, comment_style


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("yeah right, because that always works", Style.IRONIC),
        ("great parking 🙃", Style.IRONIC),
        ("who else is watching this in December?", Style.RHETORICAL),
        ("how can anyone dislike this", Style.RHETORICAL),
        ("what is this song called?", Style.INQUISITIVE),
        ("这是什么歌？", Style.INQUISITIVE),
        ("this reminds me of my grandmother", Style.ASSOCIATIVE),
        ("he looks like a young Keanu", Style.ASSOCIATIVE),
        ("the goal at the end!", Style.EXCLAMATORY),
        ("WHAT A SHOT", Style.EXCLAMATORY),
        ("I love this so much", Style.EXPRESSIVE),
        ("😭😭", Style.EXPRESSIVE),
        ("the bridge was built in 1931", Style.DECLARATIVE),
        ("", Style.DECLARATIVE),
    ],
)
def test_is_told_by_the_surface(text: str, style: Style) -> None:
    assert comment_style(text) is style


_CUES = (
    *("yeah, right", "oh great", "oh, sure", "as if", "what could go wrong", "/s"),
    *("🙄", "nothing screams", "thanks captain obvious", "totally not"),
    *("definitely not", "who's else here", "who cares", "am i the only one"),
    *("don’t you ?", "how can you", "why bother", "?!", "！", "¡", "؟", "reminds me"),
    *("back when", "takes me back", "just like", "me when", "pov", "imagine"),
    *("same energy", "vibes", "WOW!", "ABC", "lol", "looool", "lmaooo", "lmfao"),
    *("rofl", "omg", "wowww", "hahah", "hehe", "love", "cried", "amazing", "awesome"),
    *("sad", "miss", "ㅋㅋ", "哈哈", "草", "5555", "www", "©", "cool", "here", "else"),
    "",
)
# Letters that match others when case does not count.
_SPELLINGS = (
    *(str, str.upper, str.title),
    lambda text: text.replace("s", "ſ").replace("k", "\N{KELVIN SIGN}"),
    lambda text: text.replace("i", "İ").replace("ss", "ß"),
)


@pytest.mark.parametrize("spell", _SPELLINGS)
def test_looking_for_hints_first_changes_no_style(spell: Callable[[str], str]) -> None:
    texts = [spell(glue.join(two)) for *two, glue in product(_CUES, _CUES, (" ", ""))]

    wrong = {text for text in texts if comment_style(text) is not plainly(text)}

    assert wrong == set()
    assert {comment_style(text) for text in texts} >= {*Style} - {Style.DECLARATIVE}


def plainly(text: str) -> Style:
    """The style by searching every pattern."""
    for style, cues in _RULES:
        if any(cue.pattern.search(text) for cue in cues):
            return style
    return Style.DECLARATIVE
