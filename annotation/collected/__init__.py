"""Everything that a study collects beside the long table: one typed schema.

One entry a table, one line a column. The full export, its codebook and `docs/api.md`
derive from them. No table names an annotator: people stand under their code alone.
"""

from annotation.collected.judging import JUDGING_TABLES
from annotation.collected.people import (
    ANNOTATOR_TABLE,
    COMPREHENSION_TABLE,
    EXCLUSION_TABLE,
    PEOPLE_TABLES,
    PROBLEM_TABLE,
)
from annotation.collected.schema import Table
from annotation.collected.study import EVENT_TABLE, STUDY_TABLES

TABLES = (*JUDGING_TABLES, *PEOPLE_TABLES, *STUDY_TABLES)

# Of every kind of study, without what counts comments.
SHARED_TABLES = (
    ANNOTATOR_TABLE.without("first_verdict", "tour_done_at", "submitted"),
    EXCLUSION_TABLE.without("answers"),
    COMPREHENSION_TABLE,
    PROBLEM_TABLE,
    EVENT_TABLE,
)

__all__ = ["SHARED_TABLES", "TABLES", "Table"]
