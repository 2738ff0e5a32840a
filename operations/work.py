"""Background work of every package: how much there is of it, by kind and state."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Manager
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analysis.models import (
    PreferenceExport,
    StoredAudit,
    StoredBundle,
    StoredComparison,
    StoredEstimate,
    StoredFigure,
    StoredPlan,
    StoredReport,
    StudyJudge,
)
from annotation.models import StudyImport
from corpus.models import CorpusImport, VideoMedia
from generation.models import GenerationJob
from judges.models import JudgeJob
from thinking.models import AnswerJob

# One word for what packages call differently.
_SAME_STATE: Final = {
    "pending": "waiting",
    "computing": "running",
    "ready": "done",
}
STATES: Final = ("waiting", "running", "done", "failed", "cancelled")


@dataclass(frozen=True)
class WorkKind:
    """Tables of work of one kind; the rows of each have a `state`."""

    key: str
    label: str | Promise
    tables: tuple[Manager[Any], ...]

    def counts(self) -> Counter[str]:
        """How many of each state (`STATES`), in one statement a table."""
        found: Counter[str] = Counter()
        for table in self.tables:
            states = table.order_by().values_list("state")
            for state, count in states.annotate(Count("pk")):
                found[_SAME_STATE.get(state, state)] += count
        return found


KINDS: Final = (
    WorkKind("comment", _("Comments by models"), (GenerationJob.objects,)),
    WorkKind("answer", _("Answers of models to items"), (AnswerJob.objects,)),
    WorkKind("judge", _("Models as judges"), (JudgeJob.objects,)),
    WorkKind("video", _("Videos to convert"), (VideoMedia.objects,)),
    WorkKind("import", _("Imports"), (CorpusImport.objects, StudyImport.objects)),
    WorkKind(
        "report",
        _("Reports and files"),
        (
            *(
                StoredReport.objects,
                StoredAudit.objects,
                StoredComparison.objects,
                StoredFigure.objects,
                StoredBundle.objects,
            ),
            *(
                StoredPlan.objects,
                StoredEstimate.objects,
                StudyJudge.objects,
                PreferenceExport.objects,
            ),
        ),
    ),
)


def kind_rows() -> list[tuple[WorkKind, list[int]]]:
    """Each kind that there is any work of, with its counts in the order of `STATES`."""
    counted = [(kind, kind.counts()) for kind in KINDS]
    return [
        (kind, [counts[state] for state in STATES])
        for kind, counts in counted
        if counts
    ]
