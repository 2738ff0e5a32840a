"""Django's admin site: a look at the rows behind a study, for admins.

Read-only: what happens to a study goes through the services, which keep the protocol
and write the log. Nothing is added, changed or deleted here, alone or in bulk.
"""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from annotation.models import (
    Assignment,
    Batch,
    Invitation,
    Membership,
    Study,
    StudyEvent,
)


class _ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows to look at."""

    actions = None
    list_per_page = 50
    # Counting millions of rows takes longer than showing a page of them.
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002
        obj: Model | None = None,  # noqa: ARG002
    ) -> bool:
        return False

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002
        obj: Model | None = None,  # noqa: ARG002
    ) -> bool:
        return False


@admin.register(Study)
class StudyAdmin(_ReadOnlyAdmin):
    list_display = ("title", "key", "state", "redundancy", "created_at")
    list_filter = ("state",)
    search_fields = ("title", "key")


@admin.register(Batch)
class BatchAdmin(_ReadOnlyAdmin):
    list_display = ("public_id", "study", "video", "places_taken", "place_count")
    list_filter = ("study",)
    list_select_related = ("study", "video")
    search_fields = ("public_id", "video__title")


@admin.register(Membership)
class MembershipAdmin(_ReadOnlyAdmin):
    list_display = ("code", "study", "user", "role", "joined_at", "excluded_at")
    list_filter = ("role", "study")
    list_select_related = ("study", "user")
    search_fields = ("code", "user__username")
    # Known to the crowd platform alone; and what the study knows the person again by.
    exclude = (
        "participant_id",
        "completion_code",
        "platform_study_id",
        "platform_session_id",
        "resume_code_hash",
        "resume_code_until",
        "person_marks",
    )


@admin.register(Invitation)
class InvitationAdmin(_ReadOnlyAdmin):
    list_display = ("label", "study", "kind", "used_count", "cap", "expires_at")
    list_filter = ("kind", "study")
    list_select_related = ("study",)


@admin.register(Assignment)
class AssignmentAdmin(_ReadOnlyAdmin):
    list_display = ("public_id", "membership", "state", "number", "submitted_at")
    list_filter = ("state", "batch__study")
    list_select_related = ("membership",)
    search_fields = ("public_id", "membership__code")
    # Who knows it can tell which comment stood where.
    exclude = ("seed",)


@admin.register(StudyEvent)
class StudyEventAdmin(_ReadOnlyAdmin):
    list_display = ("created_at", "study", "action", "actor")
    list_filter = ("study", "action")
    list_select_related = ("study", "actor")
    date_hierarchy: ClassVar[str] = "created_at"
