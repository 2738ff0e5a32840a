"""Problems that annotators report: with a comment, a question, a video or a page."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.assignments import Assignment, Presentation
from annotation.models.people import Membership


class ProblemSubject(models.TextChoices):
    COMMENT = "comment", _("A comment")
    QUESTION = "question", _("A question")
    VIDEO = "video", _("The video")
    PAGE = "page", _("The page")


class ProblemKind(models.TextChoices):
    OFFENSIVE = "offensive", _("Offensive or upsetting")
    BROKEN = "broken", _("Broken or unreadable")
    PERSONAL = "personal", _("Contains personal data")
    OTHER = "other", _("Something else")


class ProblemReport(models.Model):
    """What an annotator reported from a batch, and what became of it.

    The batch is an assignment's, or one of a kind of study that only the package above
    knows: its number, which item it was and how it read are kept here then.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    membership = models.ForeignKey(
        Membership, models.CASCADE, related_name="problem_reports"
    )
    # How many batches the annotator had been given by then, from 1.
    batch_number = models.PositiveIntegerField()
    # Null where items are answered.
    assignment = models.ForeignKey(
        Assignment,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="problem_reports",
    )
    # Of an item, empty otherwise: its id in its build, and how it was asked.
    item_id = models.CharField(max_length=80, blank=True)
    quoted = models.TextField(blank=True)
    subject = models.CharField(max_length=8, choices=ProblemSubject.choices)
    # The comment (or attention check); null for the video and the page.
    presentation = models.ForeignKey(
        Presentation, models.CASCADE, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=9, choices=ProblemKind.choices)
    text = models.TextField(blank=True, max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)
    # Open until a researcher has answered it.
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # For the researchers of the study alone.
    note = models.TextField(blank=True, max_length=2000)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ProblemKind.values), name="problem_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    subject=ProblemSubject.COMMENT,
                    presentation__isnull=False,
                    assignment__isnull=False,
                )
                | Q(
                    subject=ProblemSubject.QUESTION,
                    presentation__isnull=True,
                    assignment__isnull=True,
                )
                & ~Q(item_id="")
                | Q(
                    subject__in=(ProblemSubject.VIDEO, ProblemSubject.PAGE),
                    presentation__isnull=True,
                ),
                name="problem_is_with_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(kind=ProblemKind.OTHER) | ~Q(text=""),
                name="other_problem_is_described",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} in batch {self.batch_number}"
