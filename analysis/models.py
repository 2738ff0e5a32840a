"""Reports that were computed, kept until their data change."""

from typing import Any, cast

from django.db import models
from django.db.models import Q

from annotation.models import Study


class ReportState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    COMPUTING = "computing", "Being computed"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class StoredReport(models.Model):
    """The report of a study at one state of its data."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="reports")
    # What the content rests on (analysis.state_of_data): other data, other stamp.
    stamp = models.CharField(max_length=64)
    state = models.CharField(
        max_length=9, choices=ReportState.choices, default=ReportState.WAITING
    )
    # Figures and chapters (analysis.storing); null until done.
    content = models.JSONField(null=True)
    error = models.TextField(blank=True)
    requested_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            # Two requests at once compute it once.
            models.UniqueConstraint(
                fields=["study", "stamp"], name="one_report_per_state_of_data"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReportState.values),
                name="report_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.DONE) | Q(content__isnull=False),
                name="done_report_has_content",
            ),
        ]

    def __str__(self) -> str:
        return f"report of {self.study_id} at {self.stamp[:12]}"

    @property
    def is_done(self) -> bool:
        return self.state == ReportState.DONE

    @property
    def done_content(self) -> dict[str, Any]:
        """The content of a report that is done."""
        return cast("dict[str, Any]", self.content)
