"""Answering runs: a file of replies imported, one run, its replies."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts.downloads import download_for_researchers
from accounts.http import SignedInRequest, researcher_required
from accounts.models import User
from pages.responses import see_other
from tasks.answering import View
from thinking.access import build_or_404, run_or_404
from thinking.errors import RepliesError, ThinkingError
from thinking.forms import ImportRepliesForm, SetAsideForm
from thinking.models import AnswerRun, Build
from thinking.pages.runs import outcome_choices, reply_rows
from thinking.selectors.runs import replies_of, reply_lines, run_progress
from thinking.services.imports import ReplyFile, import_replies, set_run_aside

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

REPLIES_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def run_import(request: SignedInRequest, name: str) -> HttpResponse:
    """Choose a file of replies, and store it as a run."""
    build = build_or_404(name)
    is_upload = request.method == "POST"
    form = (
        ImportRepliesForm(request.POST, request.FILES)
        if is_upload
        else ImportRepliesForm()
    )
    if form.is_valid():
        try:
            run, is_new = _imported(build, form, request.user)
        except ThinkingError as error:
            form.add_error(None, str(error))
        else:
            said = (
                _("Replies imported.") if is_new else _("These were imported before.")
            )
            messages.success(request, said)
            return see_other("thinking:run", run.public_id)
    context = {"build": build, "form": form}
    status = 422 if form.errors else 200
    return render(request, "thinking/import.html", context, status=status)


def _imported(
    build: Build, form: ImportRepliesForm, user: User
) -> tuple[AnswerRun, bool]:
    """Import from a file on disk, which the readers ask for."""
    said = form.cleaned_data
    upload: UploadedFile[bytes] = said["file"]
    name = Path(upload.name or "replies")
    with NamedTemporaryFile(suffix=name.suffix.lower()) as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        described = ReplyFile(
            path=Path(file.name),
            name=name.name,
            source=said["source"],
            view=View(said["view"]),
            note=said["note"],
        )
        return import_replies(build=build, file=described, created_by=user)


@require_GET
@researcher_required
def run_detail(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    """One run: how it was asked, and every reply as received.

    While it goes on, the page asks for its progress again and again.
    """
    run = run_or_404(run_id)
    if request.htmx:
        context = {"run": run, "progress": run_progress(run)}
        return render(request, "thinking/_progress.html", context)
    return _page(request, run, SetAsideForm())


@require_GET
@download_for_researchers
def run_replies(_request: SignedInRequest, run_id: UUID) -> HttpResponseBase:
    """The replies as JSON Lines, which can be imported again."""
    run = run_or_404(run_id)
    response = StreamingHttpResponse(
        reply_lines(run), content_type="application/jsonl; charset=utf-8"
    )
    name = f"{run.source.key}-{run.view}-{run.pk}.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@researcher_required
def run_set_aside(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    """Leave the run out of the tables."""
    run = run_or_404(run_id)
    form = SetAsideForm(request.POST)
    if not form.is_valid():
        return _page(request, run, form, status=422)
    try:
        set_run_aside(run=run, reason=form.cleaned_data["reason"])
    except RepliesError as error:
        form.add_error("reason", str(error))
        return _page(request, run, form, status=422)
    messages.success(request, _("Run left out of the tables."))
    return see_other("thinking:run", run.public_id)


def _page(
    request: SignedInRequest, run: AnswerRun, form: SetAsideForm, *, status: int = 200
) -> HttpResponse:
    outcome = request.GET.get("outcome", "")
    page = Paginator(replies_of(run, outcome), REPLIES_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "run": run,
        "build": run.build,
        "form": form,
        "progress": run_progress(run),
        "choices": outcome_choices(run, outcome),
        "page": page,
        "rows": reply_rows(page.object_list),
    }
    return render(request, "thinking/run.html", context, status=status)
