"""Reports that were computed, kept until their data change, and their comments."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property

from analysis.figures.picture import Picture
from analysis.reporting.stop_rule import WIDEST
from annotation.models import Study
from corpus.models import Comment, Source

if TYPE_CHECKING:
    from analysis.planning.outlook import OutlookLine
    from analysis.reporting.chapters import Chapters
    from analysis.reporting.report import Report


class ReportState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    COMPUTING = "computing", "Being computed"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


# Silent for so long, whoever does a piece of work has died over it.
TAKEN_FOR_LOST = timedelta(minutes=15)


class StoredWork(models.Model):
    """What is computed once for each stamp, perhaps by a worker, and kept."""

    # Of what the result rests on: another stamp, another result.
    stamp = models.CharField(max_length=64)
    state = models.CharField(
        max_length=9, choices=ReportState.choices, default=ReportState.WAITING
    )
    error = models.TextField(blank=True)
    requested_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ReportState.values),
                name="%(class)s_state_is_known",
            ),
        ]

    @property
    def is_done(self) -> bool:
        return self.state == ReportState.DONE

    @property
    def is_pending(self) -> bool:
        """Whether it waits or is in work, or was when its process died."""
        return self.state in {ReportState.WAITING, ReportState.COMPUTING}

    @property
    def is_lost(self) -> bool:
        is_old = self.requested_at < timezone.now() - TAKEN_FOR_LOST
        return self.is_pending and is_old


class StoredReport(StoredWork):
    """The report of a study at one state of its data (services.reports)."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="reports")
    # Report, chapters and outlook (reporting.storing); null until done.
    content = models.JSONField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta(StoredWork.Meta):
        constraints = [
            *StoredWork.Meta.constraints,
            # Two requests at once compute it once.
            models.UniqueConstraint(
                fields=["study", "stamp"], name="one_report_per_state_of_data"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.DONE) | Q(content__isnull=False),
                name="done_report_has_content",
            ),
        ]

    def __str__(self) -> str:
        return f"report of {self.study_id} at {self.stamp[:12]}"

    # Read on first use, since the web should start without numpy.
    @cached_property
    def report(self) -> "Report":
        """The figures of a report that is done."""
        from analysis.reporting.report import Report
        from analysis.reporting.storing import from_plain

        return from_plain(Report, self.done_content["report"])

    @cached_property
    def chapters(self) -> "Chapters":
        """What it shows beside the figures."""
        from analysis.reporting.chapters import Chapters
        from analysis.reporting.storing import from_plain

        return from_plain(Chapters, self.done_content["chapters"])

    @cached_property
    def outlook(self) -> "tuple[OutlookLine, ...]":
        """What the planner expected of the study then."""
        from analysis.planning.outlook import OutlookLine
        from analysis.reporting.storing import from_plain

        return from_plain(tuple[OutlookLine, ...], self.done_content["outlook"])

    @property
    def done_content(self) -> dict[str, Any]:
        """The content of a report that is done, as plain values."""
        return cast("dict[str, Any]", self.content)


class StoredAudit(StoredWork):
    """The artefact audit of a study's batches as they were (services.audits)."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="audits")
    # artefacts.audit.Audit (reporting.storing); null until done.
    content = models.JSONField(null=True)

    class Meta(StoredWork.Meta):
        constraints = [
            *StoredWork.Meta.constraints,
            # Two requests at once compute it once.
            models.UniqueConstraint(
                fields=["study", "stamp"], name="one_audit_per_state_of_batches"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.DONE) | Q(content__isnull=False),
                name="done_audit_has_content",
            ),
        ]

    def __str__(self) -> str:
        return f"audit of {self.study_id} at {self.stamp[:12]}"


class StoredComparison(StoredWork):
    """Two studies side by side, at one state of the data of both, with its figure."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="comparisons")
    other = models.ForeignKey(Study, models.CASCADE, related_name="+")
    # Which source of the first with which of the second, by name.
    pairs = models.JSONField()
    # reporting.two_studies.StudyComparison (reporting.storing); null until done.
    content = models.JSONField(null=True)
    # A zip of every file of the figure; null until done.
    pictures = models.BinaryField(null=True)

    class Meta(StoredWork.Meta):
        constraints = [
            *StoredWork.Meta.constraints,
            # Two requests at once compute it once.
            models.UniqueConstraint(
                fields=["study", "other", "stamp"],
                name="one_comparison_per_state_of_data",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.DONE)
                | Q(content__isnull=False, pictures__isnull=False),
                name="done_comparison_has_content",
            ),
            models.CheckConstraint(
                condition=~Q(study=F("other")), name="study_is_compared_with_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study_id} against {self.other_id} at {self.stamp[:12]}"


class StoredFigure(StoredWork):
    """A figure of a report as a file: drawn once by a worker, gone with its report."""

    report = models.ForeignKey(StoredReport, models.CASCADE, related_name="figures")
    # Which, as figures.charts.Picture.
    name = models.CharField(max_length=40)
    style = models.CharField(max_length=3)
    width = models.CharField(max_length=3)
    # Empty: the report has no data for it. Null until done.
    content = models.BinaryField(null=True)

    class Meta(StoredWork.Meta):
        constraints = [
            *StoredWork.Meta.constraints,
            # Two requests at once draw it once.
            models.UniqueConstraint(
                fields=["report", "name", "style", "width"],
                name="figure_of_a_report_is_drawn_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.DONE) | Q(content__isnull=False),
                name="done_figure_has_content",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.picture.file} of {self.stamp[:12]}"

    @property
    def picture(self) -> Picture:
        """Which it is."""
        return Picture(self.name, self.style, self.width)


class StoredBundle(StoredWork):
    """The reproduction bundle of a study at one state of its data, made by a worker."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="bundles")
    # Names the file, so that nobody can guess it.
    file_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What is being done, for the page.
    phase = models.CharField(max_length=60, blank=True)

    class Meta(StoredWork.Meta):
        constraints = [
            *StoredWork.Meta.constraints,
            # Two requests at once make it once.
            models.UniqueConstraint(
                fields=["study", "stamp"], name="one_bundle_per_state_of_data"
            ),
        ]

    def __str__(self) -> str:
        return f"bundle of {self.study_id} at {self.stamp[:12]}"

    @property
    def is_done(self) -> bool:
        return super().is_done and self.path.is_file()

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


class StoredPlan(StoredWork):
    """A question to the planner that takes a worker, and its answer once it is there.

    It belongs to no study: the same question has the same answer for everybody.
    """

    # Names it in addresses, so that nobody can guess it.
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    question = models.JSONField()
    # Sizes tried so far, for the page; question, tries and answer by reporting.storing.
    tries = models.JSONField(default=list)
    answer = models.JSONField(null=True)

    class Meta(StoredWork.Meta):
        constraints = [
            *StoredWork.Meta.constraints,
            # Two requests at once search once.
            models.UniqueConstraint(
                fields=["stamp"], name="one_plan_for_each_question"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.DONE) | Q(answer__isnull=False),
                name="done_plan_has_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.public_id}"


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
