"""Imports: the list with the upload, and one import while it runs and after."""

import uuid

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.downloads import download_for_researchers
from accounts.http import SignedInRequest, admin_required, researcher_required
from corpus.forms import ImportForm
from corpus.importing.record_imports import create_import
from corpus.importing.uploads import cancel_import, errors_path, start_again
from corpus.importing.wording import reasons_in_words
from corpus.models import CorpusImport
from corpus.selection import MIN_USABLE_COMMENTS
from corpus.tasks import run_import
from pages.responses import see_other

IMPORTS_SHOWN = 50


@require_GET
@researcher_required
def import_list(request: SignedInRequest) -> HttpResponse:
    """The latest imports; admins upload another one here."""
    return _page(request, ImportForm())


@require_POST
@admin_required
def import_upload(request: SignedInRequest) -> HttpResponse:
    """Keep an upload and queue its import."""
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        if request.htmx:
            return render(request, "corpus/_upload.html", {"form": form}, status=422)
        return _page(request, form, status=422)
    corpus_import = create_import(
        records=form.cleaned_data["records"],
        clips=form.cleaned_data["clips"],
        clips_folder=form.cleaned_data.get("clips_folder", ""),
        created_by=request.user,
    )
    run_import.delay_on_commit(corpus_import.pk)
    url = resolve_url("corpus:import", corpus_import.public_id)
    return HttpResponseClientRedirect(url) if request.htmx else see_other(url)


@require_GET
@researcher_required
def import_detail(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """One import; while it runs, the page asks for the fragment again and again."""
    corpus_import = _import_or_404(public_id)
    context = {
        "import": corpus_import,
        "reasons": reasons_in_words(corpus_import.counts.get("unusable", {})),
        "min_usable_comments": MIN_USABLE_COMMENTS,
    }
    template = "corpus/_import.html" if request.htmx else "corpus/import.html"
    return render(request, template, context)


@require_POST
@admin_required
def import_restart(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001
    """Queue an import again whose worker died or which failed.

    It is safe for one that still runs: the second run finds it held and ends.
    """
    corpus_import = _import_or_404(public_id)
    if corpus_import.can_start_again:
        start_again(corpus_import)
        run_import.delay_on_commit(corpus_import.pk)
    return see_other("corpus:import", public_id)


@require_POST
@admin_required
def import_cancel(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001
    """End an import that waits or is at work."""
    cancel_import(file_import=_import_or_404(public_id))
    return see_other("corpus:import", public_id)


@require_GET
@download_for_researchers
def import_errors(request: SignedInRequest, public_id: uuid.UUID) -> FileResponse:  # noqa: ARG001
    """Every refused line, as JSON Lines."""
    corpus_import = _import_or_404(public_id)
    if not corpus_import.has_errors_file:
        raise Http404
    return FileResponse(
        errors_path(corpus_import).open("rb"),
        as_attachment=True,
        filename=f"{corpus_import.file_name}.errors.jsonl",
        content_type="application/x-ndjson",
    )


def _import_or_404(public_id: uuid.UUID) -> CorpusImport:
    return get_object_or_404(
        CorpusImport.objects.select_related("created_by"), public_id=public_id
    )


def _page(
    request: SignedInRequest, form: ImportForm, *, status: int = 200
) -> HttpResponse:
    imports = CorpusImport.objects.select_related("created_by")[:IMPORTS_SHOWN]
    context = {"form": form, "imports": imports}
    return render(request, "corpus/imports.html", context, status=status)
