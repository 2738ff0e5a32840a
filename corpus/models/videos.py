"""Videos and their media files."""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Video(models.Model):
    """One clip that comments are about, with its platform's metadata.

    A count is null where the platform has none; 0 is a real zero.
    """

    platform = models.CharField(max_length=40)
    # Empty when the platform's id is not known; then the file's hash identifies it.
    external_id = models.CharField(max_length=200, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    title = models.TextField(blank=True)
    description = models.TextField(blank=True)
    tags = ArrayField(models.TextField(), default=list, blank=True)
    topic = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=40, blank=True)
    published_on = models.DateField(null=True, blank=True)
    # Of the platform's video, in seconds; the clip's own is in VideoMedia.
    duration_s = models.FloatField(null=True, blank=True)
    view_count = models.BigIntegerField(null=True, blank=True)
    like_count = models.BigIntegerField(null=True, blank=True)
    favorite_count = models.BigIntegerField(null=True, blank=True)
    share_count = models.BigIntegerField(null=True, blank=True)
    comment_count = models.BigIntegerField(null=True, blank=True)
    # Derived at import from the counts (corpus.engagement, default weights).
    engagement = models.FloatField(default=0.0)
    # Derived at import: human comments left after cleaning.
    usable_comment_count = models.PositiveIntegerField(default=0)
    # Unknown fields of the record, as received.
    extra = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-engagement", "pk"]
        indexes = [
            # The list of videos and the funnel rank within a platform.
            models.Index(
                F("platform"), F("engagement").desc(), name="video_by_platform_rank"
            ),
        ]
        constraints = [
            # Import finds a video again by its platform's id ...
            models.UniqueConstraint(
                fields=["platform", "external_id"],
                condition=~Q(external_id=""),
                name="video_platform_id_is_unique",
            ),
            # ... or else by its file.
            models.UniqueConstraint(
                fields=["content_sha256"],
                condition=Q(external_id=""),
                name="video_without_id_is_unique_by_file",
            ),
            models.CheckConstraint(
                condition=~Q(external_id="") | ~Q(content_sha256=""),
                name="video_has_id_or_file",
            ),
            *[
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0}),
                    name=f"video_{name}_is_not_negative",
                )
                for name in (
                    "view_count",
                    "like_count",
                    "favorite_count",
                    "share_count",
                    "comment_count",
                )
            ],
        ]

    def __str__(self) -> str:
        return self.title or self.label

    @property
    def label(self) -> str:
        """What tables and exports call the video: `platform:id`.

        The platform in front keeps ids that begin with a dash or an equals sign from
        being read as options or formulas.
        """
        return f"{self.platform}:{self.external_id or self.content_sha256[:16]}"


def opaque_name() -> str:
    """A random media name (128 bits): it tells nothing of the video."""
    return secrets.token_hex(16)


class MediaState(models.TextChoices):
    PENDING = "pending", _("Waiting to be processed")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class VideoMedia(models.Model):
    """The files of one video: the original, what browsers play, and a poster.

    Files lie under `MEDIA_ROOT`: `originals/<name>.<suffix>` as received, and, once
    ready, `play/<name>.mp4` and `posters/<name>.jpg`. The name is opaque
    and the same for everybody who may watch.
    """

    video = models.OneToOneField(Video, models.CASCADE, related_name="media")
    name = models.CharField(max_length=32, unique=True, default=opaque_name)
    state = models.CharField(
        max_length=8, choices=MediaState.choices, default=MediaState.PENDING
    )
    sha256 = models.CharField(max_length=64, db_index=True)
    byte_count = models.PositiveBigIntegerField(default=0)
    # Paths relative to MEDIA_ROOT.
    original = models.CharField(max_length=200)
    playback = models.CharField(max_length=200, blank=True)
    poster = models.CharField(max_length=200, blank=True)
    # What the probe found in the original.
    container = models.CharField(max_length=40, blank=True)
    video_codec = models.CharField(max_length=40, blank=True)
    audio_codec = models.CharField(max_length=40, blank=True)
    # As shown: after rotation, in pixels.
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    rotation = models.IntegerField(default=0)
    frame_count = models.PositiveIntegerField(null=True, blank=True)
    duration_s = models.FloatField(null=True, blank=True)
    # How playback was made: remuxed or transcoded.
    action = models.CharField(max_length=12, blank=True)
    warnings = ArrayField(models.TextField(), default=list, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "video media"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MediaState.values), name="media_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=MediaState.READY) | ~Q(playback=""),
                name="ready_media_has_playback",
            ),
            models.CheckConstraint(
                condition=~Q(state=MediaState.FAILED) | ~Q(error_code=""),
                name="failed_media_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"media of {self.video_id}"
