"""The two halves of a judgment: verdict and realism score."""

from django.db import models

MAX_SCORE = 5


class Verdict(models.TextChoices):
    """Who the annotator believes wrote the comment."""

    HUMAN = "human", "Human"
    AI = "ai", "AI"
