"""Researchers' pages: seal, open, pause, resume, close, delete, each asked again."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest, researcher_required
from annotation.errors import AnnotationError
from annotation.models import Study
from annotation.selectors.people.access import study_or_404
from annotation.selectors.studies.progress import study_progress
from annotation.selectors.studies.readiness import readiness_of
from annotation.selectors.studies.reasons import (
    reasons_against_opening,
    reasons_against_seal,
)
from annotation.services.studies.lifecycle import (
    close_study,
    open_study,
    pause_study,
    resume_study,
    seal_study,
)
from annotation.services.studies.study import delete_study
from annotation.views.studies.page import refused, see_other, study_page


@dataclass(frozen=True, slots=True)
class _Step:
    """One step: what the page asks, what the button says, what was done."""

    verb: str
    done: str
    take: Callable[..., object]
    is_final: bool = False


_STEPS = {
    "seal": _Step("Seal", "is sealed", seal_study, is_final=True),
    "open": _Step("Open", "is open: annotators can begin", open_study),
    "pause": _Step("Pause", "is paused", pause_study),
    "resume": _Step("Resume", "is open again", resume_study),
    "close": _Step("Close", "is closed", close_study, is_final=True),
}


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_step(request: SignedInRequest, study_id: UUID, step: str) -> HttpResponse:
    """Ask whether the step shall be taken, and take it."""
    study = study_or_404(request.user, study_id)
    taken = _STEPS[step]
    if request.method == "POST":
        try:
            taken.take(study=study, actor=request.user)
        except AnnotationError as error:
            return refused(request, study, error)
        messages.success(request, f"{study.title} {taken.done}.")
        return see_other("annotation:study", study.public_id)
    context = {"name": step, "step": taken, **_facts(step, study)}
    return study_page(request, study, "studies/step.html", context)


def _facts(name: str, study: Study) -> dict[str, object]:
    """What the person should know before the step."""
    if name == "seal":
        readiness = readiness_of(study)
        reasons = reasons_against_seal(study, readiness)
        return {"readiness": readiness, "reasons": reasons}
    reasons = reasons_against_opening(study) if name == "open" else []
    return {"progress": study_progress(study), "reasons": reasons}


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_delete(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Ask for the draft's key, and delete it."""
    study = study_or_404(request.user, study_id)
    typed = request.POST.get("key", "").strip()
    if request.method == "POST" and typed == study.key:
        try:
            delete_study(study=study)
        except AnnotationError as error:
            return refused(request, study, error)
        messages.success(request, f"{study.title} is deleted.")
        return see_other("annotation:study_list")
    is_wrong = request.method == "POST"
    return study_page(
        request,
        study,
        "studies/delete.html",
        {"typed": typed, "is_wrong": is_wrong},
        status=422 if is_wrong else 200,
    )
