"""Habits of typing that are seen without reading, and that cleaning leaves as they are.

Pure. White space, line breaks and invisible characters are evened out for everybody
(`corpus.cleaning`); these stay, because they belong to what somebody wrote.
"""

from collections.abc import Mapping

import regex

_FIRST_LETTER = r"^\P{L}*"


def _(text: str) -> str:
    """Mark a text for the catalogues of translations; it stays English here."""
    return text


# By name, as pages show it: what finds the habit in the display form of a text.
HABITS: Mapping[str, regex.Pattern[str]] = {
    _("Emoji"): regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}{2}"),
    _("Curly quotation marks or apostrophes"): regex.compile(r"[“”‘’„‟‚‛]"),
    _("Straight quotation marks or apostrophes"): regex.compile(r"[\"']"),
    _("Ellipsis as one sign (…)"): regex.compile(r"…"),
    _("Dots in a row (...)"): regex.compile(r"\.{2,}"),
    _("Long dash (– or —)"): regex.compile(r"[–—]"),
    _("A capital letter first"): regex.compile(rf"{_FIRST_LETTER}\p{{Lu}}"),
    _("A small letter first"): regex.compile(rf"{_FIRST_LETTER}\p{{Ll}}"),
    _("A full stop at the end"): regex.compile(r"(?<!\.)[.。]$"),
    _("No punctuation at the end"): regex.compile(r"[\p{L}\p{N}]$"),
}
