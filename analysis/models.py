"""Reports that were computed, kept until their data change, and their comments."""

import uuid
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from analysis.reporting.stop_rule import WIDEST
from annotation.models import Study
from corpus.models import Comment, Source


class ReportState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    COMPUTING = "computing", "Being computed"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class StoredReport(models.Model):
    """The report of a study at one state of its data."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="reports")
    # What the content rests on (services.reports.state_of_data).
    stamp = models.CharField(max_length=64)
    state = models.CharField(
        max_length=9, choices=ReportState.choices, default=ReportState.WAITING
    )
    # Figures and chapters (reporting.storing); null until done.
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


class StoredBundle(models.Model):
    """The reproduction bundle of a study at one state of its data, made by a worker."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="bundles")
    # As of the report.
    stamp = models.CharField(max_length=64)
    state = models.CharField(
        max_length=9, choices=ReportState.choices, default=ReportState.WAITING
    )
    # Names the file, so that nobody can guess it.
    file_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What is being done, for the page.
    step = models.CharField(max_length=60, blank=True)
    error = models.TextField(blank=True)
    requested_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            # Two requests at once make it once.
            models.UniqueConstraint(
                fields=["study", "stamp"], name="one_bundle_per_state_of_data"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReportState.values),
                name="bundle_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"bundle of {self.study_id} at {self.stamp[:12]}"

    @property
    def is_done(self) -> bool:
        return self.state == ReportState.DONE and self.path.is_file()

    @property
    def path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / "bundles" / f"{self.file_id}.zip"


class StudyStopRule(models.Model):
    """How narrow every interval must be, set before the study was sealed.

    A trigger keeps it as it is from then on: a rule that could move would be none.
    """

    study = models.OneToOneField(Study, models.CASCADE, related_name="stop_rule")
    # Half-width of the 95 % interval of Judged-as-Human, in points.
    half_width = models.FloatField()
    set_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+"
    )
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(half_width__gt=0, half_width__lte=WIDEST),
                name="stop_half_width_is_up_to_50",
            ),
        ]

    def __str__(self) -> str:
        return f"every source within {self.half_width:g} points"


class StoredPlan(models.Model):
    """A question to the planner that takes a worker, and its answer once it is there.

    It belongs to no study: the same question has the same answer for everybody.
    """

    # Names it in addresses, so that nobody can guess it.
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Of the question and the software that answers it.
    stamp = models.CharField(max_length=64)
    question = models.JSONField()
    state = models.CharField(
        max_length=9, choices=ReportState.choices, default=ReportState.WAITING
    )
    # Sizes tried so far, for the page; question, tries and answer by planning.storing.
    tries = models.JSONField(default=list)
    answer = models.JSONField(null=True)
    error = models.TextField(blank=True)
    requested_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            # Two requests at once search once.
            models.UniqueConstraint(
                fields=["stamp"], name="one_plan_for_each_question"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReportState.values),
                name="plan_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.DONE) | Q(answer__isnull=False),
                name="done_plan_has_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.public_id}"

    @property
    def is_done(self) -> bool:
        return self.state == ReportState.DONE


class JudgedComment(models.Model):
    """How one comment was judged, in one report: a row of the page of comments.

    Written with the report and gone with it, so that the page filters and orders a
    hundred thousand comments without counting their judgments.
    """

    report = models.ForeignKey(
        StoredReport, models.CASCADE, related_name="comments", db_index=False
    )
    comment = models.ForeignKey(
        Comment, models.CASCADE, related_name="+", db_index=False
    )
    # The comment's source and its video's category, as the filters need them.
    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    category = models.TextField(blank=True)
    is_human = models.BooleanField()
    verdicts = models.PositiveIntegerField()
    humans = models.PositiveIntegerField()
    # Share of the verdicts "human", and of the rarer verdict; null without verdicts.
    human_share = models.FloatField(null=True)
    rarer_share = models.FloatField(null=True)
    mean_score = models.FloatField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "comment"], name="comment_stands_once_in_a_report"
            ),
            models.CheckConstraint(
                condition=Q(humans__lte=F("verdicts")),
                name="judged_human_by_at_most_all",
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.comment_id} in report {self.report_id}"
