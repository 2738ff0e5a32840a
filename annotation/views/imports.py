"""Researchers' pages: comments of AI sources from a file."""

import csv
import json
from collections.abc import Iterator
from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, resolve_url
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from django_htmx.http import HttpResponseClientRedirect

from accounts.downloads import download_for_researchers
from accounts.http import SignedInRequest, researcher_required
from annotation.errors import AnnotationError
from annotation.forms.imports import CommentUploadForm
from annotation.models import Study, StudyImport
from annotation.selectors.people.access import study_or_404
from annotation.services.imports.study_imports import (
    create_study_import,
    has_kept_file,
    import_checked_file,
)
from annotation.tasks import run_study_import
from annotation.views.studies.page import refused, study_page
from corpus.importing.uploads import cancel_import, errors_path, start_again
from pages.responses import see_other

# Earlier imports that the page lists.
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
            return _queued(request, study, form)
        except AnnotationError as error:
            return refused(request, study, error)
    if request.htmx and is_sent:
        return study_page(
            request, study, "imports/_upload.html", {"form": form}, status=422
        )
    imports = study.imports.select_related("created_by")[:_SHOWN]
    context = {"form": form, "imports": imports}
    status = 422 if form.errors else 200
    return study_page(request, study, "imports/comments.html", context, status=status)


def _queued(
    request: SignedInRequest, study: Study, form: CommentUploadForm
) -> HttpResponse:
    """Keep the file, queue its import, and go to the page that shows how far it is."""
    study_import = create_study_import(
        study=study,
        file=form.cleaned_data["file"],
        options=form.options(),
        created_by=request.user,
    )
    run_study_import.delay_on_commit(study_import.pk)
    target = ("annotation:study_import", study.public_id, study_import.public_id)
    if request.htmx:
        return HttpResponseClientRedirect(resolve_url(*target))
    return see_other(*target)


@require_safe
@researcher_required
def study_import(
    request: SignedInRequest, study_id: UUID, import_id: UUID
) -> HttpResponse:
    """One import; while it runs, the page asks for the fragment again and again."""
    study = study_or_404(request.user, study_id)
    one = _import_or_404(study, import_id)
    context = {"import": one, "can_store": study.is_draft and has_kept_file(one)}
    template = "imports/_import.html" if request.htmx else "imports/import.html"
    return study_page(request, study, template, context)


@require_POST
@researcher_required
def study_import_store(
    request: SignedInRequest, study_id: UUID, import_id: UUID
) -> HttpResponse:
    """Import the file that a check has looked at."""
    study = study_or_404(request.user, study_id)
    check = _import_or_404(study, import_id)
    try:
        one = import_checked_file(check=check, created_by=request.user)
    except AnnotationError as error:
        return refused(request, study, error)
    run_study_import.delay_on_commit(one.pk)
    return see_other("annotation:study_import", study.public_id, one.public_id)


@require_POST
@researcher_required
def study_import_restart(
    request: SignedInRequest, study_id: UUID, import_id: UUID
) -> HttpResponse:
    """Queue an import again that failed or does not go on; one at work goes on."""
    study = study_or_404(request.user, study_id)
    one = _import_or_404(study, import_id)
    start_again(one)
    run_study_import.delay_on_commit(one.pk)
    return see_other("annotation:study_import", study.public_id, one.public_id)


@require_POST
@researcher_required
def study_import_cancel(
    request: SignedInRequest, study_id: UUID, import_id: UUID
) -> HttpResponse:
    """End an import that waits or is at work; nothing of it is stored."""
    study = study_or_404(request.user, study_id)
    one = _import_or_404(study, import_id)
    cancel_import(file_import=one)
    return see_other("annotation:study_import", study.public_id, one.public_id)


@require_safe
@download_for_researchers
def study_import_errors(
    request: SignedInRequest, study_id: UUID, import_id: UUID
) -> StreamingHttpResponse:
    """Every refused row of an import as CSV: its line, the kind and the reason."""
    study = study_or_404(request.user, study_id)
    one = _import_or_404(study, import_id)
    if not one.has_errors_file:
        raise Http404
    return StreamingHttpResponse(
        _refused_rows(one),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="refused-rows.csv"'},
    )


def _refused_rows(one: StudyImport) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(["line", "code", "reason"])
    with errors_path(one).open(encoding="utf-8") as file:
        for line in file:
            error = json.loads(line)
            yield writer.writerow([error["line"], error["code"], error["reason"]])


class _Echo:
    """Gives each row of a CSV back instead of keeping it."""

    def write(self, row: str) -> str:
        return row


def _import_or_404(study: Study, import_id: UUID) -> StudyImport:
    imports = study.imports.select_related("created_by")
    return get_object_or_404(imports, public_id=import_id)
