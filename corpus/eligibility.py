"""Which texts can stand in a batch at all: one rule, whoever wrote them (pure).

A property that only people's texts can have, or only models', gives the source away
without being read. So both pass through the same display form, and what one of the two
cannot have, none may have:

1. Lines are folded into one for everybody (`corpus.cleaning.display_text`).
2. Nobody's text is cut: one that is longer than `LONGEST` characters is not eligible.
3. What is taken off a model's answer (a bullet, "Comment:", emphasis around the whole;
   `corpus.wrapping`) may not stand around a person's comment either.

The rule looks at the display form and holds before comments are chosen. A person's
comment outside it is not chosen; a model's is written again with another seed.
"""

import re
from enum import StrEnum

from corpus.wrapping import is_bare

# Sealed batches name it: raise it with every change of what is eligible, or of the
# display form.
ELIGIBILITY_VERSION = 1
# In characters of the display form. Models need room for as many (`max_new_tokens`).
LONGEST = 500

# Nearly every comment starts with a letter and has nothing that could be wrapping: it
# passes at a glance.
_PLAIN = re.compile(r"[^\W\d_][^<\[`:：]*\Z")


class IneligibleReason(StrEnum):
    """Why no text like this stands in a batch, whoever wrote it."""

    TOO_LONG = "too_long"
    WRAPPED = "wrapped"


def ineligible_reason(shown: str) -> IneligibleReason | None:
    """Why a text in its display form cannot stand in a batch; None if it can."""
    if len(shown) > LONGEST:
        return IneligibleReason.TOO_LONG
    if _PLAIN.match(shown):
        return None
    return None if is_bare(shown) else IneligibleReason.WRAPPED
