"""The judge page: the batch, its answers, the end."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import SignedInRequest, annotator_required, wants_json
from annotation.errors import (
    AnnotationError,
    AssignmentLockedError,
    IncompleteBatchError,
    MalformedAnswersError,
    PlaceLostError,
    VideoNotPlayedError,
    WorkEndedError,
)
from annotation.forms.judging.answers import (
    posted_answers,
    posted_choices,
    posted_playback,
    posted_shown_at,
)
from annotation.models import Assignment
from annotation.selectors.judging.sheets import judge_sheet, saved_answers
from annotation.services.judging.assignments import record_playback
from annotation.services.judging.judgments import Recorded, record_answers
from annotation.services.judging.leases import resume_assignment
from annotation.services.judging.submission import submit_and_go_on
from annotation.services.judging.training import end_tour
from annotation.views.judging.annotator import go_to_next_batch
from annotation.views.judging.own import own_assignment
from pages.errors import ErrorPage, Way, error_page
from pages.responses import see_other

# What a refusal answers with, and the state of the assignment that it means.
_REFUSALS: dict[type[AnnotationError], tuple[int, str]] = {
    AssignmentLockedError: (409, "submitted"),
    WorkEndedError: (423, "closed"),
    PlaceLostError: (410, "lapsed"),
    MalformedAnswersError: (422, "refused"),
}
_TITLES: Final = {
    "submitted": gettext_lazy("This batch is submitted"),
    "closed": gettext_lazy("Your work on this batch has ended"),
    "lapsed": gettext_lazy("Your time for this batch ran out"),
    "refused": gettext_lazy("Your answers couldn't be read"),
}
_NOT_READ: Final = gettext_lazy(
    "Nothing was saved. Open the batch again. If this happens again, tell the people "
    "who run the study."
)


@require_safe
@annotator_required
def judge(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """The page of one batch; coming back to it resumes where one was."""
    assignment = own_assignment(request, assignment_id)
    try:
        is_late = resume_assignment(assignment=assignment)
    except AssignmentLockedError as error:
        messages.info(request, str(error))
        return redirect("annotation:work", assignment.batch.study.public_id)
    except PlaceLostError as error:
        return _refused(request, assignment, error)
    sheet = judge_sheet(assignment, login_name=request.user.username, is_late=is_late)
    return render(request, "annotation/judging/judge.html", {"sheet": sheet})


@require_POST
@annotator_required
def answers(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Save answers; what is acknowledged is on the disk."""
    assignment = own_assignment(request, assignment_id)
    try:
        given = posted_answers(request.POST, assignment.batch.study.instrument)
        recorded = record_answers(assignment=assignment, answers=given)
    except (AssignmentLockedError, MalformedAnswersError) as error:
        return _refused(request, assignment, error)
    status = 410 if recorded.is_place_lost else 200
    if wants_json(request):
        return JsonResponse(_acknowledgement(recorded), status=status)
    return render(
        request,
        "annotation/judging/_saved.html",
        {
            "saved": recorded.saved_by_position,
            "saved_at": recorded.saved_at,
            "total": recorded.total,
            "answered_count": recorded.answered_count,
            "left_count": recorded.left_count,
        },
        status=status,
    )


def _acknowledgement(recorded: Recorded) -> dict[str, object]:
    clock = f"{localtime(recorded.saved_at):%H:%M}"
    return {
        "saved": {str(answer.key): clock for answer in recorded.saved},
        "left": recorded.left_count,
        "state": recorded.state,
    }


@require_POST
@annotator_required
def submit(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Submit the batch with the page's whole form, and go to the next one."""
    assignment = own_assignment(request, assignment_id)
    instrument = assignment.batch.study.instrument
    try:
        following = submit_and_go_on(
            assignment=assignment,
            answers=posted_answers(request.POST, instrument),
            choices=posted_choices(request.POST, instrument),
            shown_at=posted_shown_at(request.POST),
        )
    except IncompleteBatchError as error:
        return _unfinished(request, assignment, error, tuple(error.positions))
    except VideoNotPlayedError as error:
        return _unfinished(request, assignment, error)
    except (AssignmentLockedError, PlaceLostError, MalformedAnswersError) as error:
        return _refused(request, assignment, error)
    response = (
        see_other("annotation:judge", following.public_id)
        if following is not None
        else go_to_next_batch(assignment.membership)
    )
    if request.htmx:
        # htmx would follow a 303 and have the next page without going there.
        return HttpResponseClientRedirect(response["Location"])
    return response


def _unfinished(
    request: SignedInRequest,
    assignment: Assignment,
    error: AnnotationError,
    missing: tuple[int, ...] = (),
) -> HttpResponse:
    """The page again, saying what is missing; the answers so far are saved."""
    sheet = judge_sheet(
        assignment,
        login_name=request.user.username,
        missing=missing,
        refusal=str(error),
    )
    return render(
        request, "annotation/judging/judge.html", {"sheet": sheet}, status=422
    )


def _refused(
    request: SignedInRequest, assignment: Assignment, error: AnnotationError
) -> HttpResponse:
    """Why answers or a batch are not taken, for a script or for a person."""
    status, state = _REFUSALS[type(error)]
    if wants_json(request):
        return JsonResponse({"error": str(error), "state": state}, status=status)
    text = _NOT_READ if state == "refused" else str(error)
    work = resolve_url("annotation:work", assignment.batch.study.public_id)
    return error_page(
        status,
        request,
        error=ErrorPage(_TITLES[state], text),
        way=Way(work, _("Continue")),
    )


@require_POST
@annotator_required
def playback(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Keep how much of the video was played."""
    assignment = own_assignment(request, assignment_id)
    try:
        seconds, percent = posted_playback(request.POST)
    except MalformedAnswersError as error:
        return _refused(request, assignment, error)
    record_playback(assignment=assignment, seconds=seconds, percent=percent)
    return HttpResponse(status=204)


@require_POST
@annotator_required
def pause(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Leave the batch for now; the lease runs on."""
    assignment = own_assignment(request, assignment_id)
    minutes = assignment.batch.study.lease_minutes
    words = ngettext(
        "Your answers are saved. The batch is kept for you for %(minutes)d minute.",
        "Your answers are saved. The batch is kept for you for %(minutes)d minutes.",
        minutes,
    )
    messages.info(request, words % {"minutes": minutes})
    response = redirect("annotation:home")
    response.status_code = 303
    return response


@require_POST
@annotator_required
def tour(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """The short tour was seen or skipped: not again."""
    assignment = own_assignment(request, assignment_id)
    end_tour(membership=assignment.membership)
    return HttpResponse(status=204)


@require_safe
@annotator_required
def saved(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """What the server has, for a tab that may be behind."""
    assignment = own_assignment(request, assignment_id)
    state = "active"
    try:
        resume_assignment(assignment=assignment)
    except (AssignmentLockedError, PlaceLostError) as error:
        state = _REFUSALS[type(error)][1]
    return JsonResponse({"answers": saved_answers(assignment), "state": state})
