"""The reproduction bundle on the downloads page: ask for it, watch it, take it."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.downloads import download_for_researchers
from accounts.freshness import fresh_download
from accounts.http import SignedInRequest, researcher_required
from analysis.pages.report import bundle_context
from analysis.services.bundles import current_bundle, request_bundle
from analysis.tasks import make_bundle_task
from annotation.errors import AnnotationError
from annotation.models import Study
from annotation.selectors.people.access import study_or_404
from annotation.services.studies.lifecycle import close_study
from pages.errors import ErrorPage, again, error_page
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def bundle_state(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """How far the bundle is; asked for by a POST."""
    shown = study_or_404(request.user, study)
    if request.method == "POST":
        _ask_for_it(shown)
    if request.htmx:
        context = {"study": shown, **bundle_context(current_bundle(shown))}
        return render(request, "analysis/_bundle.html", context)
    return _to_the_page(shown)


@require_POST
@researcher_required
def close_with_bundle(request: SignedInRequest, study: UUID) -> HttpResponse:
    """Close the study, and have the bundle for its paper made."""
    shown = study_or_404(request.user, study)
    try:
        close_study(study=shown, actor=request.user)
    except AnnotationError as error:
        told = ErrorPage(_("Nothing was changed"), str(error))
        way = again(resolve_url("annotation:study_close", shown.public_id))
        return error_page(409, request, error=told, way=way)
    _ask_for_it(shown)
    said = _("%(study)s is closed. The reproduction bundle is being created.")
    messages.success(request, said % {"study": shown.title})
    return see_other("annotation:study", shown.public_id)


def _ask_for_it(study: Study) -> None:
    bundle, must_make = request_bundle(study)
    if must_make:
        make_bundle_task.delay_on_commit(bundle.pk)


@require_safe
@download_for_researchers
@fresh_download("analysis:downloads")
def bundle_download(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """The bundle of the data as they are; back to the page if there is none."""
    shown = study_or_404(request.user, study)
    bundle = current_bundle(shown)
    if bundle is None or not bundle.is_done:
        if "Authorization" in request.headers:
            detail = _("The bundle isn't made. Ask for it first.")
            return JsonResponse({"detail": detail, "reasons": []}, status=404)
        return _to_the_page(shown)
    return FileResponse(
        bundle.path.open("rb"),
        as_attachment=True,
        filename=f"{shown.key}-reproduction.zip",
        content_type="application/zip",
    )


def _to_the_page(study: Study) -> HttpResponse:
    return see_other("analysis:downloads", study.public_id)
