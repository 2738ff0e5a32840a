"""The sources of comments, and the comments."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from corpus.models.videos import Video


class Origin(models.TextChoices):
    """The truth about a source."""

    HUMAN = "human", _("Human")
    AI = "ai", _("AI")


class Source(models.Model):
    """Who wrote a comment: the pool of human viewers, or one AI system."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    origin = models.CharField(max_length=5, choices=Origin.choices, default=Origin.AI)
    notes = models.TextField(blank=True)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin__in=Origin.values), name="source_origin_is_known"
            ),
            # Every human comment belongs to the one pool: batches count on it.
            models.UniqueConstraint(
                fields=["origin"],
                condition=Q(origin=Origin.HUMAN),
                name="one_human_source",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_human(self) -> bool:
        return self.origin == Origin.HUMAN


class Comment(models.Model):
    """One text about one video from one source. Its text never changes."""

    # No indexes of their own: the ones below begin with the video, a source is never
    # asked for alone, and millions of comments are inserted.
    video = models.ForeignKey(
        Video, models.CASCADE, related_name="comments", db_index=False
    )
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="comments", db_index=False
    )
    # After display normalisation: the only form that annotators see.
    text = models.TextField()
    # As received; never shown to annotators.
    text_received = models.TextField()
    # Key of the text for comparison (corpus.cleaning), hashed to 16 bytes.
    fingerprint = models.BinaryField(max_length=16)
    # Empty, or why the comment cannot stand in a batch (corpus.cleaning).
    unusable_reason = models.CharField(max_length=20, blank=True)
    like_count = models.BigIntegerField(null=True, blank=True)
    reply_count = models.BigIntegerField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    # Unknown fields of a received comment; null (the usual case) takes no space.
    extra = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # Import and generation rounds find a comment again by its text.
            models.UniqueConstraint(
                fields=["video", "source", "fingerprint"],
                name="comment_text_is_unique_per_video_and_source",
            ),
            models.CheckConstraint(
                condition=Q(like_count__isnull=True) | Q(like_count__gte=0),
                name="comment_like_count_is_not_negative",
            ),
        ]
        indexes = [
            # The most-liked human comments of a video, when batches are filled.
            models.Index(
                F("video"),
                F("source"),
                F("like_count").desc(nulls_last=True),
                name="comment_by_likes",
                condition=Q(unusable_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def label(self) -> str:
        """What tables and exports call the comment."""
        return f"c{self.pk}"
