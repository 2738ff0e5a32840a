"""The rough style of a comment."""

import pytest

from corpus.style import Style, comment_style


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
