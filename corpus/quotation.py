"""Quotation marks that wrap a whole text, in any script."""

from collections.abc import Iterator

# Opening mark -> the marks that close it. Unicode's Quotation_Mark characters; the
# brackets of titles (U+300A) are none. Some languages open with what others close with.
_CLOSING = {
    '"': '"',
    "'": "'",
    "＂": "＂",
    "＇": "＇",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "‘": "’",
    "‚": "‘’",
    "‛": "’",
    "’": "’",
    "“": "”",
    "„": "“”",
    "‟": "”",
    "”": "”",
    "❛": "❜",
    "❝": "❞",
    "「": "」",
    "『": "』",
    "｢": "｣",
    "﹁": "﹂",
    "﹃": "﹄",
    "〝": "〞〟",
}
_APOSTROPHES = frozenset("'’＇")
# A text with more marks than this is no quotation; it bounds the work on hostile ones.
_MOST_MARKS = 100


def unquoted(text: str) -> str:
    """The text without the quotation marks that wrap all of it, nested ones too.

    `"a" and "b"` begins and ends with a mark, but no pair wraps the whole: it stays.
    """
    while _is_wrapped(text):
        text = text[1:-1].strip()
    return text


def _is_wrapped(text: str) -> bool:
    """Whether the first character opens a quotation that the last one closes."""
    opening = text[:1]
    closing = _CLOSING.get(opening)
    if closing is None or text[1:][-1:] not in [*closing]:
        return False
    if _mark_count(text, opening, closing) > _MOST_MARKS:
        return False
    depth = 1
    for step in _steps(text, opening, closing):
        depth += step
        if depth == 0:
            return False
    return True


def _mark_count(text: str, opening: str, closing: str) -> int:
    return sum(text.count(mark) for mark in {opening, *closing})


def _steps(text: str, opening: str, closing: str) -> Iterator[int]:
    """+1 for each mark inside the text that opens a quotation, -1 for a closing one."""
    for index in range(1, len(text) - 1):
        mark = text[index]
        if mark != opening and mark not in closing:
            continue
        before, after = text[index - 1], text[index + 1]
        if mark in _APOSTROPHES and before.isalnum() and after.isalnum():
            continue
        if mark in closing and (mark != opening or not _may_open_after(before)):
            yield -1
        elif mark == opening:
            yield 1


def _may_open_after(before: str) -> bool:
    """A mark that both opens and closes opens after a space or another opening."""
    return before.isspace() or before in _CLOSING or before in "([{（【"
