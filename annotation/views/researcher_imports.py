"""Researchers' pages: comments of AI sources from a file."""

import csv
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest, researcher_required
from annotation.access import study_or_404
from annotation.comment_files import UnreadableFileError
from annotation.errors import AnnotationError
from annotation.forms.comments import CommentUploadForm
from annotation.models import Study, StudyEvent
from annotation.services.study_imports import CHECKED, IMPORTED, import_into_study
from annotation.views.researcher_page import refused, see_other, study_page

# Earlier uploads, and refused rows, that a page shows.
_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_comments(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The upload, and what came of earlier ones."""
    study = study_or_404(request.user, study_id)
    is_sent = request.method == "POST"
    form = (
        CommentUploadForm(request.POST, request.FILES)
        if is_sent
        else CommentUploadForm()
    )
    if form.is_valid():
        try:
            event = _import(request, study, form)
        except UnreadableFileError as error:
            form.add_error("file", str(error))
        except AnnotationError as error:
            return refused(request, study, error)
        else:
            return see_other("study_import", study.public_id, event.pk)
    imports = study.events.filter(action__in=(IMPORTED, CHECKED))
    context = {"form": form, "imports": imports.select_related("actor")[:_SHOWN]}
    return study_page(
        request, study, "comments.html", context, status=422 if form.errors else 200
    )


def _import(
    request: SignedInRequest, study: Study, form: CommentUploadForm
) -> StudyEvent:
    sent = form.cleaned_data
    return import_into_study(
        study=study,
        actor=request.user,
        file=sent["file"].file,
        file_name=sent["file"].name,
        create_sources=sent["create_sources"],
        adds_sources=sent["add_sources"],
        dry_run=sent["dry_run"],
    )


@require_safe
@researcher_required
def study_import(
    request: SignedInRequest, study_id: UUID, event_id: int
) -> HttpResponse:
    """What came of one upload."""
    study = study_or_404(request.user, study_id)
    event = _import_event(study, event_id)
    context = {"event": event, "shown_errors": event.detail["errors"][:_SHOWN]}
    return study_page(request, study, "import.html", context)


@require_safe
@researcher_required
def study_import_errors(
    request: SignedInRequest, study_id: UUID, event_id: int
) -> HttpResponse:
    """The refused rows of one upload as CSV, each with its line and the reason."""
    study = study_or_404(request.user, study_id)
    event = _import_event(study, event_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="refused-rows.csv"'
    writer = csv.writer(response)
    writer.writerow(["line", "code", "reason"])
    for error in event.detail["errors"]:
        writer.writerow([error["line"], error["code"], error["reason"]])
    return response


def _import_event(study: Study, event_id: int) -> StudyEvent:
    return get_object_or_404(study.events, pk=event_id, action__in=(IMPORTED, CHECKED))
