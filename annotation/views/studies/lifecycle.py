"""Researchers' pages: seal, open, pause, resume, close, delete, each asked again."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.freshness import require_fresh
from accounts.http import SignedInRequest, researcher_required
from annotation.errors import AnnotationError
from annotation.models import Study
from annotation.selectors.people.access import any_study_or_404
from annotation.selectors.studies.documents import missing_kinds
from annotation.selectors.studies.protocol import protocol_of
from annotation.selectors.studies.readiness import readiness_of
from annotation.selectors.studies.reasons import (
    reasons_against_opening,
    reasons_against_seal,
)
from annotation.selectors.studies.study_progress import study_progress
from annotation.services.studies.lifecycle import (
    archive_study,
    close_study,
    open_study,
    pause_study,
    resume_study,
    seal_study,
)
from annotation.services.studies.study import delete_study
from annotation.views.studies.page import refused, study_page
from pages.responses import see_other


@dataclass(frozen=True, slots=True)
class _Transition:
    """One transition: what the page asks, what the button says, what was done."""

    title: str | Promise
    question: str | Promise
    button: str | Promise
    done: str | Promise
    make: Callable[..., object]
    is_final: bool = False
    # Whether the person shows again who they are.
    asks_who: bool = False


_TRANSITIONS = {
    "seal": _Transition(
        _("Seal"),
        _("Seal this study?"),
        _("Seal permanently"),
        _("%(study)s is sealed."),
        seal_study,
        is_final=True,
        asks_who=True,
    ),
    "open": _Transition(
        _("Open"),
        _("Open this study?"),
        _("Open"),
        _("%(study)s is open. Annotators can start."),
        open_study,
    ),
    "pause": _Transition(
        _("Pause"),
        _("Pause this study?"),
        _("Pause"),
        _("%(study)s is paused."),
        pause_study,
    ),
    "resume": _Transition(
        _("Resume"),
        _("Resume this study?"),
        _("Resume"),
        _("%(study)s is open again."),
        resume_study,
    ),
    "close": _Transition(
        _("Close"),
        _("Close this study?"),
        _("Close permanently"),
        _("%(study)s is closed."),
        close_study,
        is_final=True,
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_transition(
    request: SignedInRequest, study_id: UUID, transition: str
) -> HttpResponse:
    """Ask whether to make the transition, and make it."""
    study = any_study_or_404(request.user, study_id)
    chosen = _TRANSITIONS[transition]
    if request.method == "POST":
        if chosen.asks_who:
            require_fresh(request)
        try:
            chosen.make(study=study, actor=request.user)
        except AnnotationError as error:
            return refused(request, study, error)
        messages.success(request, chosen.done % {"study": study.title})
        return see_other("annotation:study", study.public_id)
    context = {
        "name": transition,
        "transition": chosen,
        **_facts(transition, study),
    }
    return study_page(request, study, "studies/transition.html", context)


def _facts(name: str, study: Study) -> dict[str, object]:
    """What the person should know before the transition."""
    if not study.is_of_comments:
        return {"reasons": reasons_against_opening(study) if name == "open" else []}
    if name == "seal":
        readiness = readiness_of(study)
        reasons = reasons_against_seal(study, readiness)
        return {
            "readiness": readiness,
            "reasons": reasons,
            "protocol": protocol_of(study),
            "missing_texts": [kind.label.lower() for kind in missing_kinds(study)],
        }
    reasons = reasons_against_opening(study) if name == "open" else []
    return {"progress": study_progress(study), "reasons": reasons}


@require_POST
@researcher_required
def study_archive(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Archive a closed study, or (with `undo`) take it out of the archive."""
    study = any_study_or_404(request.user, study_id)
    is_archived = "undo" not in request.POST
    try:
        archive_study(study=study, is_archived=is_archived, actor=request.user)
    except AnnotationError as error:
        return refused(request, study, error)
    said = _("%(study)s is archived. Its pages and results stay as they are.")
    if not is_archived:
        said = _("%(study)s is in the list of studies again.")
    messages.success(request, said % {"study": study.title})
    return see_other("annotation:study", study.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_delete(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Ask for the draft's key, and delete it."""
    study = any_study_or_404(request.user, study_id)
    typed = request.POST.get("key", "").strip()
    if request.method == "POST" and typed == study.key:
        try:
            delete_study(study=study)
        except AnnotationError as error:
            return refused(request, study, error)
        messages.success(request, _("%(study)s was deleted.") % {"study": study.title})
        return see_other("annotation:study_list")
    is_wrong = request.method == "POST"
    return study_page(
        request,
        study,
        "studies/delete.html",
        {"typed": typed, "is_wrong": is_wrong},
        status=422 if is_wrong else 200,
    )
