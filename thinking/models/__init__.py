"""Item builds, and what was answered to their items."""

from thinking.models.builds import Build, BuildKind, Item
from thinking.models.jobs import AnswerJob
from thinking.models.people import (
    BATCH_SIZE,
    BatchItem,
    ItemAssignment,
    ItemBatch,
    ItemStudy,
    PersonAnswer,
    PersonAnswerRevision,
    WorkState,
)
from thinking.models.runs import AnswerRun, Reply, RunState

__all__ = [
    "BATCH_SIZE",
    "AnswerJob",
    "AnswerRun",
    "BatchItem",
    "Build",
    "BuildKind",
    "Item",
    "ItemAssignment",
    "ItemBatch",
    "ItemStudy",
    "PersonAnswer",
    "PersonAnswerRevision",
    "Reply",
    "RunState",
    "WorkState",
]
