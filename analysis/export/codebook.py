"""What the columns of the long table hold, for people who work with it elsewhere."""

from annotation.long_table import described

CODEBOOK = f"""# Codebook of the judgments

One row is one judgment: what one annotator said about one comment.

{described()}

A cell that begins with an apostrophe before `=`, `+`, `-` or `@` is text that a
spreadsheet would take for a formula; the analysis removes the apostrophe.
"""
