"""Usernames that look like another one."""

import unicodedata
from typing import Final

# Alphabets that share letters of one shape, such as a, о and ρ.
_ALIKE: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})


def mixes_alphabets(name: str) -> bool:
    """Whether letters of several alphabets that look alike stand in one name."""
    alphabets = {unicodedata.name(sign, "").partition(" ")[0] for sign in name}
    return len(alphabets & _ALIKE) > 1
