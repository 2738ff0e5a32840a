"""Everything that a study collects beside the long table: one typed schema.

One entry a table, one line a column. The full export, its codebook and `docs/api.md`
derive from them. No table names an annotator: people stand under their code alone.
"""

from annotation.collected.judging import JUDGING_TABLES
from annotation.collected.people import PEOPLE_TABLES
from annotation.collected.schema import Table
from annotation.collected.study import STUDY_TABLES

TABLES = (*JUDGING_TABLES, *PEOPLE_TABLES, *STUDY_TABLES)

__all__ = ["TABLES", "Table"]
