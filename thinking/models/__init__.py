"""Item builds, and what was answered to their items."""

from thinking.models.builds import Build, Item
from thinking.models.jobs import AnswerJob
from thinking.models.runs import AnswerRun, Reply, RunState

__all__ = ["AnswerJob", "AnswerRun", "Build", "Item", "Reply", "RunState"]
