"""Rounds: one request of an admin, and the models that it asks."""

import secrets
import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.models import Study
from corpus.models import Source


class RoundState(models.TextChoices):
    OPEN = "open", _("Running")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class RoundScope(models.TextChoices):
    """For which videos of the study."""

    MISSING = "missing", _("Only videos that still lack the model's comment")
    ALL = "all", _("Every video; new comments replace older ones")


# Seeds fit into every generator.
LARGEST_SEED = 2**31 - 1


def round_seed() -> int:
    """A random seed."""
    return secrets.randbelow(LARGEST_SEED + 1)


class GenerationRound(models.Model):
    """Chosen models write comments for the videos of a draft study."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Null once the study is deleted: the round still tells where comments came from.
    study = models.ForeignKey(
        Study, models.SET_NULL, null=True, related_name="generation_rounds"
    )
    state = models.CharField(
        max_length=9, choices=RoundState.choices, default=RoundState.OPEN
    )
    scope = models.CharField(max_length=7, choices=RoundScope.choices)
    # Every seed of the round follows from it (generation.seeds).
    seed = models.BigIntegerField(default=round_seed)
    # What its servers may charge in all, in dollars; null: no limit.
    max_usd = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True
    )
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RoundState.values), name="round_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(scope__in=RoundScope.values), name="round_scope_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[RoundState.OPEN, RoundState.PAUSED],
                    finished_at__isnull=True,
                )
                | Q(
                    state__in=[RoundState.DONE, RoundState.CANCELLED],
                    finished_at__isnull=False,
                ),
                name="round_is_finished_when_it_is_over",
            ),
            models.CheckConstraint(
                condition=Q(max_usd__isnull=True) | Q(max_usd__gt=0),
                name="round_cost_limit_is_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return gettext("Round %(number)s") % {"number": self.pk}

    @property
    def is_over(self) -> bool:
        return self.state in (RoundState.DONE, RoundState.CANCELLED)

    @property
    def is_paused(self) -> bool:
        return self.state == RoundState.PAUSED

    @property
    def span(self) -> timedelta | None:
        """From its start to its end; None while it is not over."""
        return self.finished_at - self.created_at if self.finished_at else None


class RoundSource(models.Model):
    """One model in a round: what its workers need to know, fixed at the start."""

    round = models.ForeignKey(GenerationRound, models.CASCADE, related_name="sources")
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    # Key in the registry.
    entry = models.CharField(max_length=80)
    # Of the workers that can run the entry's engine.
    queue = models.CharField(max_length=60)
    # When workers were last told that there is work.
    woken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "source"], name="source_stands_once_in_a_round"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} in {self.round}"
