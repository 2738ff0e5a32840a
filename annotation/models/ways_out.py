"""The ways out of a study: what people read, and take away, where theirs ends."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.studies import Study


class WayOutKind(models.TextChoices):
    COMPLETED = "completed", _("Completed")
    SCREENED_OUT = "screened", _("Screened out")
    NO_CONSENT = "declined", _("No consent")
    FULL = "full", _("Study full")
    ENDED = "ended", _("Timed out or ended")


class WayOut(models.Model):
    """What a study's researchers set for one way out; without one, a default text."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="ways_out")
    kind = models.CharField(max_length=9, choices=WayOutKind.choices)
    # Shown large, for the platform that sent the person.
    code = models.CharField(max_length=60, blank=True)
    # Each person is shown `Membership.completion_code` instead.
    has_personal_codes = models.BooleanField(default=False)
    # `{code}` in it stands for the code.
    redirect_url = models.CharField(max_length=500, blank=True)
    # Replaces the default text; plain text.
    message = models.TextField(blank=True, max_length=2000)

    class Meta:
        ordering = ["study", "kind"]
        verbose_name_plural = "ways out"
        constraints = [
            models.UniqueConstraint(
                fields=["study", "kind"], name="one_way_out_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=WayOutKind.values), name="way_out_kind_is_known"
            ),
            # A link that people click: never `javascript:` or a path of this site.
            models.CheckConstraint(
                condition=Q(redirect_url="")
                | Q(redirect_url__regex=r"^https?://[^\s<>\"]+$"),
                name="way_out_leads_to_a_web_address",
            ),
            # Whoever did not finish must not be told apart by a code of their own.
            models.CheckConstraint(
                condition=Q(has_personal_codes=False)
                | Q(kind=WayOutKind.COMPLETED, code=""),
                name="only_completion_has_personal_codes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.study_id}"

    def code_for(self, personal_code: str) -> str:
        """What somebody is shown who has this code of their own."""
        return personal_code if self.has_personal_codes else self.code
