"""Preregistrations: plans that were fixed before anybody judged."""

from django.db import models
from django.db.models import Q

from annotation.models import Study


class Preregistration(models.Model):
    """What a study planned, as a document that never changes (a trigger keeps it)."""

    study = models.OneToOneField(Study, models.CASCADE, related_name="preregistration")
    # reporting.registration.Plan (reporting.storing).
    plan = models.JSONField()
    # Markdown; its UTF-8 bytes have the digest.
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    registered_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+"
    )
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"),
                name="preregistration_has_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"preregistration of {self.study_id}"
