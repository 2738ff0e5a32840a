"""Researchers' pages: the list of studies, a new one, and one at a glance."""

from copy import copy
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.http import SignedInRequest, researcher_required
from annotation.errors import AnnotationError
from annotation.forms.studies.settings import NewStudyForms, StudyForm
from annotation.forms.studies.templates import TEMPLATES, template_called
from annotation.models import Study, StudyState
from annotation.rules.studies.kinds import other_work
from annotation.selectors.judging.problems import open_problem_count
from annotation.selectors.people.access import (
    any_study_or_404,
    studies_visible_to,
    study_or_404,
)
from annotation.selectors.people.memberships import AnnotatorRow, annotators_of
from annotation.selectors.studies.checklist import checklist_of
from annotation.selectors.studies.listing import study_rows
from annotation.selectors.studies.next_action import next_action
from annotation.selectors.studies.protocol import protocol_of
from annotation.selectors.studies.readiness import Readiness, readiness_of
from annotation.selectors.studies.reasons import (
    reasons_against_opening,
    reasons_against_seal,
)
from annotation.selectors.studies.study_progress import study_progress
from annotation.services.studies.study import (
    copy_study,
    create_study,
    update_study,
)
from annotation.views.studies.page import refused, study_page
from pages.responses import see_other

_LOG_PAGE_SIZE = 100
# The part that is asked for every few seconds stays small.
_LIVE_ANNOTATORS = 10


@require_safe
@researcher_required
def study_list(request: SignedInRequest) -> HttpResponse:
    """Every study that the person may see, with its next action."""
    visible = studies_visible_to(request.user)
    archived = visible.filter(archived_at__isnull=False)
    shows_archive = "archived" in request.GET
    shown = archived if shows_archive else visible.filter(archived_at__isnull=True)
    context = {
        "rows": [(row, next_action(row)) for row in study_rows(shown)],
        "shows_archive": shows_archive,
        "shows_current": not shows_archive,
        "archived_count": archived.count(),
    }
    return render(request, "annotation/studies/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_create(request: SignedInRequest) -> HttpResponse:
    """A form in sections that makes a study."""
    template = template_called(request.GET.get("template", ""))
    forms = NewStudyForms(
        request.POST if request.method == "POST" else None,
        start=template.settings if template else None,
        selection=request.GET.get("selection", ""),
    )
    if forms.is_valid():
        study = create_study(
            study=forms.study.save(commit=False),
            content=forms.content,
            actor=request.user,
        )
        messages.success(request, _("%(study)s was created.") % {"study": study.title})
        return see_other("annotation:study", study.public_id)
    return render(
        request,
        "annotation/studies/create.html",
        {"forms": forms, "templates": TEMPLATES, "template": template},
        status=422 if forms.error_count else 200,
    )


@require_safe
@researcher_required
def study_overview(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Is it healthy, how far is it, what comes next."""
    study = any_study_or_404(request.user, study_id)
    if work := other_work(study):
        return redirect(work.overview_of(study))
    (row,) = study_rows(Study.objects.filter(pk=study.pk))
    readiness = readiness_of(study) if study.is_draft else None
    reasons = _reasons(study, readiness)
    context = {
        "next_action": next_action(row, reasons),
        "reasons": reasons,
        "checklist": checklist_of(study, readiness) if readiness else [],
        "open_problem_count": open_problem_count(study),
        "events": study.events.select_related("actor")[:5],
        **_live(study),
    }
    return study_page(request, study, "studies/overview.html", context)


def _reasons(study: Study, readiness: Readiness | None) -> list[str]:
    """What is against the study's next step, where it has one of its own."""
    if readiness is not None:
        return reasons_against_seal(study, readiness)
    is_sealed = study.state == StudyState.SEALED
    return reasons_against_opening(study) if is_sealed else []


@require_safe
@researcher_required
def study_live(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The live part of the overview, asked for every few seconds."""
    study = study_or_404(request.user, study_id)
    if study.is_draft:
        raise Http404
    return study_page(request, study, "studies/_live.html", _live(study))


def _live(study: Study) -> dict[str, object]:
    """Progress and pace; nothing for a draft, which nobody works on."""
    if study.is_draft:
        return {}
    annotators = sorted(annotators_of(study), key=_latest, reverse=True)
    return {
        "progress": study_progress(study),
        "annotators": annotators[:_LIVE_ANNOTATORS],
        "annotator_count": len(annotators),
        "is_live": study.state in (StudyState.OPEN, StudyState.PAUSED),
    }


def _latest(row: AnnotatorRow) -> tuple[bool, datetime]:
    """Who is at work comes first, then who submitted last."""
    return row.active_count > 0, row.last_submitted_at or row.membership.joined_at


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_settings(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The settings; past the seal only those that are no part of the protocol."""
    study = study_or_404(request.user, study_id)
    data = request.POST if request.method == "POST" else None
    # A copy: the form writes into it what was typed, right or wrong.
    form = StudyForm(data, instance=copy(study))
    if form.is_valid():
        try:
            update_study(study=study, changes=form.cleaned_data, actor=request.user)
        except AnnotationError as error:
            return refused(request, study, error)
        messages.success(request, _("Settings saved."))
        return see_other("annotation:study_settings", study.public_id)
    return study_page(
        request,
        study,
        "studies/settings.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@require_safe
@researcher_required
def study_protocol(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """What the seal fixed, to read."""
    study = study_or_404(request.user, study_id)
    if study.is_draft:
        raise Http404
    return study_page(
        request, study, "studies/protocol.html", {"protocol": protocol_of(study)}
    )


@require_safe
@researcher_required
def study_log(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Who did what, when."""
    study = any_study_or_404(request.user, study_id)
    events = Paginator(study.events.select_related("actor"), _LOG_PAGE_SIZE)
    context = {"page": events.get_page(request.GET.get("page"))}
    return study_page(request, study, "studies/log.html", context)


@require_POST
@researcher_required
def study_copy(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """A new draft like this study."""
    study = study_or_404(request.user, study_id)
    draft = copy_study(study=study, actor=request.user)
    messages.success(request, _("This is the copy, a draft without annotators."))
    return see_other("annotation:study_settings", draft.public_id)
