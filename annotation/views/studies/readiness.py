"""Researchers' pages: what the batches lack, and what to look at in their texts."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.http import SignedInRequest, researcher_required
from annotation.errors import AnnotationError
from annotation.models import Study
from annotation.rules.studies.readiness import warnings_about
from annotation.selectors.people.access import study_or_404
from annotation.selectors.studies.eligibility import ineligible_videos
from annotation.selectors.studies.readiness import (
    filled_comments,
    lacking_rows,
    readiness_matrix,
    readiness_of,
)
from annotation.selectors.studies.reasons import reasons_against_seal
from annotation.services.studies.batches import (
    choose_videos,
    fill_batches,
    preview_fill,
)
from annotation.views.studies.page import refused, study_page
from pages.responses import see_other


@require_safe
@researcher_required
def study_readiness(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Batches by sources, with what is missing; `?missing=1` leaves out the rest."""
    study = study_or_404(request.user, study_id)
    readiness = readiness_of(study)
    only_missing = request.GET.get("missing") == "1"
    context: dict[str, object] = {
        "readiness": readiness,
        "matrix": readiness_matrix(
            study, page=request.GET.get("page", 1), only_missing=only_missing
        ),
        "only_missing": only_missing,
        "not_filtered": not only_missing,
    }
    if study.is_draft:
        context["reasons"] = reasons_against_seal(study, readiness)
        context["ineligible"] = ineligible_videos(study)
    return study_page(request, study, "studies/readiness.html", context)


@require_safe
@researcher_required
def study_warnings(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """What to look at in the texts; by itself, as reading them all takes time."""
    study = study_or_404(request.user, study_id)
    context = {"warnings": warnings_about(filled_comments(study))}
    template = "studies/_warnings.html" if request.htmx else "studies/warnings.html"
    return study_page(request, study, template, context)


@require_POST
@researcher_required
def study_drop_ineligible(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Take out the videos that can never make a full batch."""
    study = study_or_404(request.user, study_id)
    dropped = [ineligible.video.pk for ineligible in ineligible_videos(study)]
    try:
        choose_videos(study=study, actor=request.user, remove=dropped)
    except AnnotationError as error:
        return refused(request, study, error)
    messages.success(
        request,
        ngettext("%(count)d video removed.", "%(count)d videos removed.", len(dropped))
        % {"count": len(dropped)},
    )
    return see_other("annotation:study_readiness", study.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_incomplete(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """What a seal of the complete batches would leave out; a POST takes it out."""
    study = study_or_404(request.user, study_id)
    if not study.is_draft:
        raise Http404
    rows = lacking_rows(study)
    left = study.batches.count() - len(rows)
    if request.method == "POST" and rows and left:
        videos = [row.batch.video_id for row in rows]
        try:
            choose_videos(study=study, actor=request.user, remove=videos)
        except AnnotationError as error:
            return refused(request, study, error)
        return see_other("annotation:study_seal", study.public_id)
    context = {"rows": rows, "left_count": left}
    return study_page(request, study, "studies/incomplete.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_fill(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Show what the newest comments would change, and fill the batches with them."""
    study = study_or_404(request.user, study_id)
    problem = ""
    try:
        if request.method == "POST":
            return _fill(request, study)
    except AnnotationError as error:
        problem = str(error)
    try:
        preview = preview_fill(study=study)
    except AnnotationError as error:
        return refused(request, study, error)
    context = {"preview": preview, "problem": problem}
    return study_page(
        request, study, "studies/fill.html", context, status=409 if problem else 200
    )


def _fill(request: SignedInRequest, study: Study) -> HttpResponse:
    report = fill_batches(
        study=study, actor=request.user, expected=request.POST.get("seen", "")
    )
    messages.success(
        request,
        _("Comments added: %(added)d. Comments removed: %(removed)d.")
        % {"added": report.added, "removed": report.removed},
    )
    return see_other("annotation:study_readiness", study.public_id)
