"""The page on which people answer a batch of items."""

from typing import Final
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import SignedInRequest, annotator_required, wants_json
from annotation.errors import (
    AnnotationError,
    AssignmentLockedError,
    IncompleteBatchError,
    MalformedAnswersError,
    PlaceLostError,
    WorkEndedError,
)
from pages.errors import ErrorPage, Way, error_page
from pages.responses import see_other
from thinking.access import own_items_or_404
from thinking.models import ItemAssignment, WorkState
from thinking.person_forms import posted_choices, posted_sheet
from thinking.selectors.sheets import item_sheet, saved_choices
from thinking.services.giving import give_items
from thinking.services.person_answers import record_choices, submit_items

# What a refusal answers with, and the state of the assignment that it means.
_REFUSALS: Final[dict[type[AnnotationError], tuple[int, str]]] = {
    AssignmentLockedError: (409, "submitted"),
    WorkEndedError: (423, "closed"),
    PlaceLostError: (410, "lapsed"),
    MalformedAnswersError: (422, "refused"),
}


@require_safe
@annotator_required
def sheet(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """The page of one batch; coming back to it resumes where one was."""
    assignment = own_items_or_404(request, assignment_id)
    if assignment.state != WorkState.ACTIVE:
        return redirect("annotation:work", assignment.membership.study.public_id)
    shown = item_sheet(assignment, login_name=request.user.username)
    return render(request, "thinking/people/sheet.html", {"sheet": shown})


@require_POST
@annotator_required
def sheet_answers(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Save answers; what is acknowledged is on the disk."""
    assignment = own_items_or_404(request, assignment_id)
    try:
        saved = record_choices(
            assignment=assignment, choices=posted_choices(request.POST)
        )
    except (AssignmentLockedError, MalformedAnswersError) as error:
        return _refused(request, assignment, error)
    status = 410 if saved.is_place_lost else 200
    context = {"saved": saved}
    return render(request, "thinking/people/_saved.html", context, status=status)


@require_safe
@annotator_required
def sheet_saved(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """What the server has, for a tab that may be behind."""
    assignment = own_items_or_404(request, assignment_id)
    return JsonResponse(
        {"state": assignment.state, "answers": saved_choices(assignment)}
    )


@require_POST
@annotator_required
def sheet_submit(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Submit the batch with the page's whole form, and go on to what comes next."""
    assignment = own_items_or_404(request, assignment_id)
    is_scripted = request.htmx
    try:
        submit_items(
            assignment=assignment,
            # The page's script has brought every answer here before.
            choices=() if is_scripted else posted_sheet(request.POST),
            looked_up="looked_up" in request.POST,
        )
    except IncompleteBatchError as error:
        shown = item_sheet(assignment, login_name=request.user.username)
        context = {"sheet": shown, "refusal": str(error)}
        return render(request, "thinking/people/sheet.html", context, status=422)
    except (AssignmentLockedError, PlaceLostError, MalformedAnswersError) as error:
        return _refused(request, assignment, error)
    address = _address_after(assignment)
    return HttpResponseClientRedirect(address) if is_scripted else see_other(address)


def _address_after(assignment: ItemAssignment) -> str:
    """The next batch, or what stands in the way."""
    study = assignment.membership.study.public_id
    try:
        following = give_items(membership=assignment.membership)
    except AnnotationError:
        return resolve_url("annotation:done", study)
    return resolve_url("thinking:sheet", following.public_id)


def _refused(
    request: SignedInRequest, assignment: ItemAssignment, error: AnnotationError
) -> HttpResponse:
    """Why answers or a batch are not taken, for a script or for a person."""
    status, state = _REFUSALS[type(error)]
    if wants_json(request):
        return JsonResponse({"error": str(error), "state": state}, status=status)
    work = resolve_url("annotation:work", assignment.membership.study.public_id)
    told = ErrorPage(_("Your answers were not saved"), str(error))
    return error_page(status, request, error=told, way=Way(work, _("Continue")))
