"""Named filters over the tables, above all: which judgments count.

The rule is stated twice, side by side: for the ORM, and for SQL that streams a million
rows. `tests/annotation/test_querysets.py` checks that both give the same rows.
"""

from enum import Enum
from typing import TYPE_CHECKING, LiteralString, Self

from django.db import models

if TYPE_CHECKING:
    from annotation.models import Judgment, Study  # noqa: F401  (named in a string)


class Annotators(Enum):
    """Whose judgments are asked for: a researcher may have left annotators out."""

    KEPT = "kept"
    EXCLUDED = "excluded"
    EVERYBODY = "everybody"


_WITHDRAWABLE = ("presentation__batch_comment", "presentation__assignment__batch")


class JudgmentQuerySet(models.QuerySet["Judgment"]):
    def of_study(self, study: "Study") -> Self:
        return self.filter(presentation__assignment__batch__study=study)

    def counted(self, whose: Annotators = Annotators.KEPT) -> Self:
        """The judgments that results rest on; half answers are among them.

        They are on comments of submitted assignments: attention checks, planned
        repeats, what was withdrawn so that it doesn't count and, unless asked for,
        excluded annotators are left out.
        """
        answers = self.filter(
            presentation__batch_comment__isnull=False,
            presentation__assignment__state="submitted",
            presentation__assignment__repeat_of__isnull=True,
        ).filter(
            *(
                models.Q((f"{thing}__withdrawal__isnull", True))
                | models.Q((f"{thing}__withdrawal__counts", True))
                for thing in _WITHDRAWABLE
            )
        )
        if whose is Annotators.EVERYBODY:
            return answers
        is_kept = whose is Annotators.KEPT
        return answers.filter(
            presentation__assignment__membership__excluded_at__isnull=is_kept
        )


# The same in SQL. An inner join leaves attention checks out: they have no comment.
FROM_COUNTED: LiteralString = """
FROM annotation_judgment j
JOIN annotation_presentation p ON p.id = j.presentation_id
JOIN annotation_batchcomment bc ON bc.id = p.batch_comment_id
JOIN annotation_assignment a ON a.id = p.assignment_id
JOIN annotation_batch b ON b.id = a.batch_id
JOIN annotation_membership m ON m.id = a.membership_id
"""
# Few, and looked up once a statement.
_NOT_WITHDRAWN: LiteralString = """
    AND bc.id <> ALL (ARRAY(
        SELECT w.batch_comment_id FROM annotation_withdrawal w
        WHERE w.batch_comment_id IS NOT NULL AND NOT w.counts
    ))
    AND b.id <> ALL (ARRAY(
        SELECT w.batch_id FROM annotation_withdrawal w
        WHERE w.batch_id IS NOT NULL AND NOT w.counts
    ))
"""
# Comments that annotators see no more, whether or not judgments on them count.
WITHDRAWN_COMMENTS: LiteralString = """
    SELECT w.batch_comment_id FROM annotation_withdrawal w
    WHERE w.batch_comment_id IS NOT NULL
"""
_WHOSE: dict[Annotators, LiteralString] = {
    Annotators.KEPT: " AND m.excluded_at IS NULL",
    Annotators.EXCLUDED: " AND m.excluded_at IS NOT NULL",
    Annotators.EVERYBODY: "",
}


def counted_condition(whose: Annotators = Annotators.KEPT) -> LiteralString:
    """What `JudgmentQuerySet.counted` asks, of the aliases of `FROM_COUNTED`."""
    return (
        "a.state = 'submitted' AND a.repeat_of_id IS NULL"
        + _NOT_WITHDRAWN
        + _WHOSE[whose]
    )
