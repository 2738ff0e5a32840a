"""Researchers' pages: the batches of one annotator; admins open one again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest, admin_required, researcher_required
from annotation.errors import AnnotationError
from annotation.forms.people.reopening import ReopeningForm
from annotation.models import Assignment, Membership, MembershipRole
from annotation.selectors.people.access import any_study_or_404, study_or_404
from annotation.selectors.people.work import assignments_of
from annotation.services.judging.assignments import reopen_assignment
from annotation.views.studies.page import refused, study_page
from pages.responses import see_other


@require_safe
@researcher_required
def study_annotator(
    request: SignedInRequest, study_id: UUID, code: str
) -> HttpResponse:
    """What an annotator was given, and how far each batch is."""
    study = any_study_or_404(request.user, study_id)
    if not study.is_of_comments:
        return redirect("annotation:study_people", study_id)
    membership = get_object_or_404(
        Membership, study=study, role=MembershipRole.ANNOTATOR, code=code
    )
    context = {"membership": membership, "assignments": assignments_of(membership)}
    return study_page(request, study, "people/annotator.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def study_reopen(
    request: SignedInRequest, study_id: UUID, code: str, number: int
) -> HttpResponse:
    """Ask for a reason, and open a submitted batch again."""
    study = study_or_404(request.user, study_id)
    assignment = get_object_or_404(
        Assignment.objects.select_related("membership", "batch__study"),
        membership__study=study,
        membership__code=code,
        number=number,
    )
    form = ReopeningForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reopen_assignment(
                assignment=assignment,
                actor=request.user,
                reason=form.cleaned_data["reason"],
            )
        except AnnotationError as error:
            return refused(request, study, error)
        messages.success(
            request,
            _("Batch %(number)d of %(code)s is open again.")
            % {
                "number": number,
                "code": code,
            },
        )
        return see_other("annotation:study_annotator", study.public_id, code)
    context = {"form": form, "assignment": assignment, "code": code}
    status = 422 if form.errors else 200
    return study_page(request, study, "people/reopen.html", context, status=status)
