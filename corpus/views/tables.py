"""Importing a table: the upload, then which column holds what."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest, admin_required
from corpus.foreign.reading import UnreadableError
from corpus.foreign.tables import Table
from corpus.importing.record_imports import import_table, keep_table
from corpus.importing.uploads import kept_upload
from corpus.models import ColumnMapping, UploadedTable
from corpus.table_forms import ColumnsForm, TableForm
from corpus.tasks import run_import
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def table_upload(request: SignedInRequest) -> HttpResponse:
    """Upload a table; its columns are named on the next page."""
    is_sent = request.method == "POST"
    form = TableForm(request.POST, request.FILES) if is_sent else TableForm()
    if form.is_valid():
        try:
            table = keep_table(file=form.cleaned_data["file"], created_by=request.user)
        except UnreadableError:
            msg = _("This table can't be read. Save it as CSV in UTF-8.")
            form.add_error("file", msg)
        else:
            return see_other("corpus:table_columns", table.public_id)
    status = 422 if form.errors else 200
    return render(request, "corpus/table_upload.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def table_columns(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """The first rows, which column holds what, and the terms; a POST imports it."""
    own = UploadedTable.objects.filter(created_by=request.user)
    uploaded = get_object_or_404(own, public_id=public_id)
    table = Table(kept_upload(uploaded))
    presets = ColumnMapping.objects.all()
    preset = presets.filter(name=request.GET.get("preset", "")).first()
    is_sent = request.method == "POST"
    form = ColumnsForm(
        *((request.POST, request.FILES) if is_sent else ()),
        columns=table.columns,
        start=preset.columns if preset else table.guess,
    )
    if form.is_valid():
        corpus_import = import_table(
            table=uploaded,
            said=form.said,
            clips=form.cleaned_data["clips"],
            clips_folder=form.cleaned_data.get("clips_folder", ""),
            actor=request.user,
        )
        run_import.delay_on_commit(corpus_import.pk)
        return see_other("corpus:import", corpus_import.public_id)
    context = {
        "table": uploaded,
        "columns": table.columns,
        "rows": [[row.get(c, "") for c in table.columns] for row in table.preview()],
        "form": form,
        "presets": presets,
        "preset": preset,
    }
    status = 422 if form.errors else 200
    return render(request, "corpus/table_columns.html", context, status=status)
