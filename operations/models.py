"""When the data were last backed up and checked, and with which result."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class UpkeepKind(models.TextChoices):
    BACKUP = "backup", _("Backup")
    INTEGRITY = "integrity", _("Integrity check")


class Upkeep(models.Model):
    """One backup or check of the whole installation that ended, well or not."""

    kind = models.CharField(max_length=9, choices=UpkeepKind.choices)
    is_fine = models.BooleanField()
    # Where the backup is, what was found, or why it failed.
    words = models.TextField(blank=True)
    seconds = models.FloatField()
    finished_at = models.DateTimeField()

    class Meta:
        ordering = ["-finished_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=UpkeepKind.values), name="upkeep_kind_is_known"
            ),
        ]
        indexes = [
            # The operations page asks for the newest of each kind.
            models.Index(fields=["kind", "-finished_at"], name="newest_upkeep"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.finished_at}"
