"""Messages from a study's researchers to its annotators."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.people import Membership
from annotation.models.studies import Study


class Audience(models.TextChoices):
    EVERYBODY = "everybody", _("All annotators")
    UNFINISHED = "unfinished", _("Those who haven't judged everything yet")
    CHOSEN = "chosen", _("Chosen annotators")


class StudyMessage(models.Model):
    """One text, the same for everybody who gets it; never changed once sent."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, models.CASCADE, related_name="messages")
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=4000)
    audience = models.CharField(max_length=10, choices=Audience.choices)
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # Nobody sees it any more.
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values),
                name="message_audience_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text=""), name="message_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MessageReceipt(models.Model):
    """That a message is for one annotator, and whether they have read it.

    It goes when the annotator leaves.
    """

    message = models.ForeignKey(StudyMessage, models.CASCADE, related_name="receipts")
    membership = models.ForeignKey(
        Membership, models.CASCADE, related_name="message_receipts"
    )
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "membership"], name="message_is_received_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id} for {self.membership_id}"
