"""Named lists of videos."""

from django.db import models

from corpus.models.videos import Video


class VideoSelection(models.Model):
    """A named list of videos: what a selection funnel left, or a list by hand."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    videos = models.ManyToManyField(Video, related_name="selections")
    # Rules and dropped counts of the funnel that made it; empty for a list by hand.
    rules = models.JSONField(default=dict, blank=True)
    funnel = models.JSONField(default=dict, blank=True)
    # No model may learn from judgments on these videos.
    is_benchmark = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title
