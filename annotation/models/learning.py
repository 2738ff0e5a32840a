"""Sources that learned from a study's judgments: it never evaluates them.

Triggers keep it (migration 0003): neither that study nor the videos that were learnt
ever hold a comment of such a source.
"""

from django.db import models

from annotation.models.studies import Study
from corpus.models import Source, Video


class LearnedStudy(models.Model):
    """A source, or the one it started from, was trained on this study's judgments."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    study = models.ForeignKey(Study, models.PROTECT, related_name="pupils")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "study"], name="study_is_learnt_from_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} learned from study {self.study_id}"


class LearnedVideo(models.Model):
    """A source, or the one it started from, was trained on judgments of this video."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    video = models.ForeignKey(Video, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "video"], name="video_is_learnt_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} learned video {self.video_id}"
