"""Imports of uploaded files, with their progress and their outcome."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ImportState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class FileImport(models.Model):
    """One import of a file that was uploaded; a worker runs it.

    What was uploaded, and the refused lines, lie in a folder of its own
    (`corpus.importing.uploads`).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=255)
    state = models.CharField(
        max_length=9, choices=ImportState.choices, default=ImportState.WAITING
    )
    byte_count = models.PositiveBigIntegerField(default=0)
    bytes_read = models.PositiveBigIntegerField(default=0)
    # Counts by outcome: added, unchanged, refused ...
    counts = models.JSONField(default=dict, blank=True)
    # The first refused lines: {line, code, reason ...}; all are in a file.
    errors = models.JSONField(default=list, blank=True)
    has_errors_file = models.BooleanField(default=False)
    # Why it failed; empty unless it did.
    error = models.TextField(blank=True)
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values),
                name="%(class)s_state_is_known",
            ),
            # Pages show the reason; an empty one would look like no failure.
            models.CheckConstraint(
                condition=~Q(state=ImportState.FAILED) | ~Q(error=""),
                name="failed_%(class)s_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"import of {self.file_name}"

    @property
    def is_over(self) -> bool:
        return self.state not in (ImportState.WAITING, ImportState.RUNNING)

    @property
    def can_start_again(self) -> bool:
        """Whether it failed, or its worker may be gone."""
        return self.state not in (ImportState.DONE, ImportState.CANCELLED)

    @property
    def keeps_upload(self) -> bool:
        """Whether the file is still needed when the import is done."""
        return False

    @property
    def percent(self) -> int:
        """How much of the file is read."""
        return 100 * self.bytes_read // self.byte_count if self.byte_count else 0


class CorpusImport(FileImport):
    """One import of a records file, with the clips that it names."""

    # Whether an archive of clips came with the records.
    has_archive = models.BooleanField(default=False)
    # Or where the clips lie on the server, relative to IMPORT_ROOT.
    clips_folder = models.CharField(max_length=255, blank=True)
    # Of a table: {mapping, platform, licence, consent}; empty for records.
    table = models.JSONField(default=dict, blank=True)

    class Meta(FileImport.Meta):
        constraints = [
            *FileImport.Meta.constraints,
            models.CheckConstraint(
                condition=Q(has_archive=False) | Q(clips_folder=""),
                name="clips_come_from_one_place",
            ),
        ]

    @property
    def has_brought_nothing(self) -> bool:
        """Done, and yet every line was refused: rarely what somebody wanted."""
        known = ("created", "updated", "unchanged")
        return (
            self.state == ImportState.DONE
            and self.counts.get("rejected", 0) > 0
            and not any(self.counts.get(name, 0) for name in known)
        )


class UploadedTable(models.Model):
    """A table that waits until its admin has said which column holds what.

    Its import takes over its public id, and with it the file that lies there.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=255)
    byte_count = models.PositiveBigIntegerField()
    created_by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.file_name


class ColumnMapping(models.Model):
    """Which column of a table holds what, saved for tables of the same tool."""

    name = models.CharField(max_length=80, unique=True)
    # Columns by field of `corpus.foreign.tables.FIELDS`.
    columns = models.JSONField()
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
