"""From a model's raw words to the comment in them, the same way for every model.

Pure and versioned; no function here takes the source of a text. What is taken off is
what chat models put around an answer (`corpus.wrapping`): thought, special tokens, an
announcement ("Here's a comment:"), numbering, bullets, a role ("Comment:"), emphasis,
quotation marks. The answer's own words are never changed, and none is left out: lines
and length are the business of `corpus.eligibility`, which holds for people as well.

Cleaning twice changes nothing. What an annotator sees passes through `corpus.cleaning`
as well, as people's comments do.
"""

import unicodedata
from typing import NamedTuple

from corpus.wrapping import bare

# Stored comments rest on it: raise it with every change of behaviour in this module
# or in `corpus.wrapping`.
CLEANING_VERSION = 2


class Cleaned(NamedTuple):
    """A comment, by the rules of `version`."""

    text: str
    version: int


def clean(raw: str) -> Cleaned:
    """The comment in a model's answer; empty where there is none."""
    text = raw
    while (cleaned := unicodedata.normalize("NFC", bare(text))) != text:
        text = cleaned
    return Cleaned(text, CLEANING_VERSION)
