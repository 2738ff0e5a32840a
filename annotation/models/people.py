"""Who is in a study: invitations, annotators and researchers."""

import secrets
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from annotation.instrument import COUNTERBALANCED, LONGEST_VERDICT
from annotation.models.studies import Study, StudyDocument


class InvitationKind(models.TextChoices):
    LINK = "link", _("People who sign in")
    CROWD = "crowd", _("Crowd platform")


class Invitation(models.Model):
    """A signed link into a study, with an optional cap and expiry."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, models.CASCADE, related_name="invitations")
    kind = models.CharField(
        max_length=5, choices=InvitationKind.choices, default=InvitationKind.LINK
    )
    label = models.CharField(max_length=120, blank=True)
    # Annotators who may come in by it; null for no cap.
    cap = models.PositiveIntegerField(null=True, blank=True)
    used_count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # URL parameter that carries the crowd platform's id of the person.
    participant_parameter = models.CharField(
        max_length=40, blank=True, default="PROLIFIC_PID"
    )
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cap__isnull=True) | Q(used_count__lte=F("cap")),
                name="invitation_stays_within_its_cap",
            ),
            # Anybody can invent participants' ids: a link without a limit has no end.
            models.CheckConstraint(
                condition=~Q(kind=InvitationKind.CROWD) | Q(cap__isnull=False),
                name="crowd_link_has_a_cap",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=InvitationKind.values),
                name="invitation_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.label or f"invitation {self.public_id}"


class MembershipRole(models.TextChoices):
    ANNOTATOR = "annotator", _("Annotator")
    RESEARCHER = "researcher", _("Researcher")


def annotator_code() -> str:
    """An opaque id of an annotator within one study, for tables and exports."""
    return "A" + secrets.token_hex(4).upper()


# Without signs that look alike; 58 bits in all.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def secret_code() -> str:
    """A code that nobody can guess, to be typed off a screen."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


class Membership(models.Model):
    """What one person is in one study: annotator or researcher, never both."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="memberships")
    # Null once the person has left and asked for their data to be anonymised.
    user = models.ForeignKey(
        "accounts.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="memberships",
    )
    role = models.CharField(
        max_length=10,
        choices=MembershipRole.choices,
        default=MembershipRole.ANNOTATOR,
    )
    joined_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)
    # The rest is about annotators.
    code = models.CharField(max_length=12, default=annotator_code)
    invitation = models.ForeignKey(
        Invitation, models.SET_NULL, null=True, blank=True, related_name="memberships"
    )
    # The crowd platform's id of the person; in the payment list alone.
    participant_id = models.CharField(max_length=120, blank=True)
    # Its ids of the study (or task) and of the session (or assignment).
    platform_study_id = models.CharField(max_length=120, blank=True)
    platform_session_id = models.CharField(max_length=120, blank=True)
    # Lets the participant in on another device, once.
    resume_code_hash = models.CharField(max_length=64, blank=True)
    resume_code_until = models.DateTimeField(null=True, blank=True)
    # By which the study knows the person again; empty once they have left.
    person_marks = ArrayField(
        models.CharField(max_length=64), default=list, blank=True, editable=False
    )
    # Counterbalancing: the verdict whose button stands first, drawn once.
    first_verdict = models.CharField(max_length=LONGEST_VERDICT)
    guidelines = models.ForeignKey(
        StudyDocument, models.PROTECT, null=True, blank=True, related_name="+"
    )
    consent = models.ForeignKey(
        StudyDocument, models.PROTECT, null=True, blank=True, related_name="+"
    )
    consented_at = models.DateTimeField(null=True, blank=True)
    # They refused the texts, and have not agreed since.
    declined_at = models.DateTimeField(null=True, blank=True)
    training_done_at = models.DateTimeField(null=True, blank=True)
    tour_done_at = models.DateTimeField(null=True, blank=True)
    # When the person was first shown that they are done: their code stays good.
    completed_at = models.DateTimeField(null=True, blank=True)
    # Shown at the end where the study gives each person a code of their own.
    completion_code = models.CharField(max_length=14, blank=True, default=secret_code)
    # A researcher's recorded decision; reports say what it leaves out.
    excluded_at = models.DateTimeField(null=True, blank=True)
    excluded_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    exclusion_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["study", "joined_at"]
        constraints = [
            # Roles are exclusive within a study: who sees sources never judges.
            models.UniqueConstraint(
                fields=["study", "user"],
                name="one_role_per_person_and_study",
            ),
            models.UniqueConstraint(
                fields=["study", "code"], name="annotator_code_is_unique"
            ),
            models.UniqueConstraint(
                fields=["study", "participant_id"],
                condition=~Q(participant_id=""),
                name="participant_joins_once",
            ),
            models.UniqueConstraint(
                fields=["study", "completion_code"],
                condition=~Q(completion_code=""),
                name="completion_code_is_one_persons",
            ),
            # A trigger copies the marks to `PersonMark`, where they stay.
            models.CheckConstraint(
                condition=Q(user__isnull=True) | ~Q(person_marks=[]),
                name="who_is_in_a_study_is_known_to_it",
            ),
            models.CheckConstraint(
                condition=Q(role__in=MembershipRole.values),
                name="membership_role_is_known",
            ),
            models.CheckConstraint(
                condition=Q(first_verdict__in=COUNTERBALANCED),
                name="first_verdict_is_known",
            ),
            models.CheckConstraint(
                condition=Q(excluded_at__isnull=True) | ~Q(exclusion_reason=""),
                name="exclusion_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} in {self.study_id}"
