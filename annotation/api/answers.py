"""What the REST API answers to changes, and about what changes."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from annotation.models import Invitation, StudyDocument, StudyImport
from annotation.selectors.people.invitation_links import invitation_address
from annotation.selectors.people.memberships import AnnotatorRow
from annotation.selectors.studies.readiness import Readiness, SourceReadiness
from annotation.services.people.invitations import problem_with
from annotation.services.studies.batches import FillReport


class SourceReadinessSerializer(serializers.Serializer[SourceReadiness]):
    source = serializers.CharField(source="source.key")  # type: ignore[assignment]
    wanted = serializers.IntegerField(source="wanted_count")
    filled = serializers.IntegerField(source="filled_count")


class ReadinessSerializer(serializers.Serializer[Readiness]):
    """What a study's batches hold, and what is in the way of its next transition."""

    batches = serializers.IntegerField(source="batch_count")
    full = serializers.IntegerField(source="full_count")
    missing_comments = serializers.IntegerField(source="missing_count")
    videos_in_processing = serializers.IntegerField(source="waiting_media_count")
    videos_unplayable = serializers.SerializerMethodField()
    sources = SourceReadinessSerializer(many=True)
    reasons = serializers.SerializerMethodField(
        help_text=_(
            "Why a draft can't be sealed, or a sealed study opened; empty: ready"
        )
    )

    def get_videos_unplayable(self, found: Readiness) -> int:
        return found.failed_media_count + found.no_media_count

    def get_reasons(self, found: Readiness) -> list[str]:  # noqa: ARG002
        reasons: list[str] = self.context["reasons"]
        return reasons


class FilledSerializer(serializers.Serializer[FillReport]):
    """What a change did to the batches."""

    videos = serializers.SerializerMethodField(help_text=_("Videos in the study"))
    sources = serializers.SerializerMethodField(help_text=_("AI sources it tests"))
    comments_added = serializers.IntegerField(source="added")
    comments_removed = serializers.IntegerField(source="removed")

    def get_videos(self, report: FillReport) -> int:  # noqa: ARG002
        return int(self.context["videos"])

    def get_sources(self, report: FillReport) -> int:  # noqa: ARG002
        return int(self.context["sources"])


class OfferedSourceSerializer(serializers.Serializer[Any]):
    """An AI source that a study can test."""

    key = serializers.CharField()
    title = serializers.CharField()
    is_tested = serializers.BooleanField()
    videos_covered = serializers.IntegerField(
        help_text=_("Videos of the study that it has a usable comment on")
    )


class TakenSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField(help_text=_("Comments that can be used now"))


class TextSerializer(serializers.ModelSerializer[StudyDocument]):
    class Meta:
        model = StudyDocument
        fields = ["kind", "version", "text", "created_at"]


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """A link into a study."""

    address = serializers.SerializerMethodField(
        help_text=_("What to send to annotators, or to enter on the crowd platform")
    )
    problem = serializers.SerializerMethodField(
        help_text=_("Why it lets nobody in any more; empty if it does")
    )

    class Meta:
        model = Invitation
        fields = [
            "public_id",
            "kind",
            "label",
            "cap",
            "used_count",
            "expires_at",
            "revoked_at",
            "participant_parameter",
            "created_at",
            "address",
            "problem",
        ]

    def get_address(self, invitation: Invitation) -> str:
        root = self.context["request"].build_absolute_uri("/")
        return invitation_address(invitation, root)

    def get_problem(self, invitation: Invitation) -> str:
        reason = problem_with(invitation, now=self.context["now"])
        return str(reason.text) if reason else ""


class AnnotatorSerializer(serializers.Serializer[Any]):
    """An annotator of a study, by code alone."""

    code = serializers.CharField(source="membership.code")
    joined_at = serializers.DateTimeField(source="membership.joined_at")
    left_at = serializers.DateTimeField(source="membership.left_at")
    completed_at = serializers.DateTimeField(source="membership.completed_at")
    submitted = serializers.IntegerField(
        source="submitted_count", help_text=_("Batches")
    )
    in_work = serializers.IntegerField(source="active_count", help_text=_("Batches"))
    last_submitted_at = serializers.DateTimeField()
    median_seconds = serializers.SerializerMethodField(
        help_text=_("From the start of a batch to its submission; null before one")
    )
    checks = serializers.SerializerMethodField(
        help_text=_("Attention checks in submitted batches")
    )
    checks_passed = serializers.SerializerMethodField()
    excluded_at = serializers.DateTimeField(source="membership.excluded_at")
    exclusion_reason = serializers.CharField(source="membership.exclusion_reason")

    def get_median_seconds(self, row: AnnotatorRow) -> float | None:
        median = row.median_duration
        return None if median is None else median.total_seconds()

    def get_checks(self, row: AnnotatorRow) -> int:
        return row.checks.total if row.checks else 0

    def get_checks_passed(self, row: AnnotatorRow) -> int:
        return row.checks.passed if row.checks else 0


class StudyImportSerializer(serializers.ModelSerializer[StudyImport]):
    """An import of AI comments."""

    percent = serializers.IntegerField(
        read_only=True, help_text=_("How much of the file is read")
    )
    counts = serializers.JSONField(
        help_text=_("rows, added, unchanged, refused; sources and new_sources by title")
    )
    refused = serializers.JSONField(
        source="errors", help_text=_("The first refused rows: line, code, reason")
    )

    class Meta:
        model = StudyImport
        fields = [
            "public_id",
            "file_name",
            "state",
            "percent",
            "is_dry_run",
            "counts",
            "refused",
            "error",
            "created_at",
            "finished_at",
        ]
        read_only_fields = fields
