"""What the columns of the long table hold, for people who work with it elsewhere."""

from annotation.instrument import Instrument
from annotation.long_table import described

_CODEBOOK = """# Codebook of the judgments

One row is one judgment: what one annotator said about one comment.

{columns}

Text that a spreadsheet would take for a formula (it starts with `=`, `+`, `-` or `@`)
has an apostrophe in front; the analysis removes it.
"""


def codebook(instrument: Instrument) -> str:
    """What each column holds, in the words of the study's instrument."""
    return _CODEBOOK.format(columns=described(instrument))
