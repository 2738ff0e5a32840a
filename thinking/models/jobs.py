"""What is left to ask of a run, the unit of state and retry."""

from django.db import models
from django.db.models import Q

from generation.models import Job, JobState, job_constraints
from thinking.models.builds import Item
from thinking.models.runs import AnswerRun, Reply


class AnswerJob(Job):
    """One item in one order of its options, to be asked in a run."""

    run = models.ForeignKey(
        AnswerRun, models.CASCADE, related_name="jobs", db_index=False
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", db_index=False)
    rotation = models.PositiveSmallIntegerField(default=0)
    reply = models.OneToOneField(
        Reply, models.PROTECT, null=True, blank=True, related_name="job"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            *job_constraints("answer_job"),
            models.UniqueConstraint(
                fields=["run", "item", "rotation"],
                name="one_answer_job_per_run_item_and_rotation",
            ),
            models.CheckConstraint(
                condition=Q(state=JobState.DONE) ^ Q(reply__isnull=True),
                name="done_answer_job_has_a_reply",
            ),
        ]
        indexes = [
            # A worker takes the next jobs of a run.
            models.Index(
                fields=["run", "lost_count", "id"],
                condition=Q(state=JobState.WAITING),
                name="waiting_answer_job_of_a_run",
            ),
            # The reaper looks for leases that ran out.
            models.Index(
                fields=["leased_until"],
                condition=Q(state=JobState.RUNNING),
                name="running_answer_job_by_lease",
            ),
        ]
