"""What the columns of the long table hold, for people who work with it elsewhere."""

from annotation.instrument import Instrument
from annotation.long_table import described

_CODEBOOK = """# Codebook of the judgments

One row is one judgment: what one annotator said about one comment.

{columns}

A cell that begins with an apostrophe before `=`, `+`, `-` or `@` is text that a
spreadsheet would take for a formula; the analysis removes the apostrophe.
"""


def codebook(instrument: Instrument) -> str:
    """What each column holds, in the words of the study's instrument."""
    return _CODEBOOK.format(columns=described(instrument))
