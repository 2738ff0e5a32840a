"""The annotator's way: comprehension check, training, work, thanks."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.http import SignedInRequest, annotator_required
from annotation.errors import (
    AnnotationError,
    NoBatchLeftError,
    StageMissingError,
    StudyNotOpenError,
)
from annotation.forms.judging.practice import ComprehensionForm
from annotation.models import (
    COMPREHENSION_ATTEMPTS,
    Membership,
)
from annotation.rules.studies.kinds import other_work
from annotation.selectors.judging.ahead import ahead_of
from annotation.selectors.judging.annotator_progress import progress_of
from annotation.selectors.judging.endings import ending_of
from annotation.selectors.judging.standing import STOP_MESSAGES, Stage, standing_of
from annotation.selectors.people.messages import unread_messages
from annotation.services.judging.assignments import give_batch
from annotation.services.judging.comprehension import (
    record_comprehension_attempt,
    right_answer_count,
)
from annotation.services.judging.endings import show_ends
from annotation.views.judging.own import own_membership
from pages.responses import see_other

_PAGES = {
    Stage.CONSENT: "annotation:consent",
    Stage.COMPREHENSION: "annotation:comprehension",
    Stage.TRAINING: "annotation:training",
}


@require_safe
@annotator_required
def work(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Send the annotator to whatever comes next."""
    membership = own_membership(request, study_id)
    ending = ending_of(membership)
    if ending is not None and not ending.can_continue:
        return redirect("annotation:done", study_id)
    stage = standing_of(membership).stage
    if page := _PAGES.get(stage):
        return redirect(page, study_id)
    progress = progress_of(membership)
    unread = unread_messages([membership]).get(membership.study_id, ())
    if progress.current and not unread and stage in (Stage.JUDGING, Stage.PAUSED):
        return redirect(_address_of(membership, progress.current))
    context = {"study": membership.study, "progress": progress, "unread": unread}
    if message := STOP_MESSAGES.get(stage):
        context["message"] = message
        return render(request, "annotation/judging/stopped.html", context)
    return render(request, "annotation/judging/ready.html", context)


@require_POST
@annotator_required
def next_batch(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Give out the next batch and go there; or to what stands in the way."""
    return go_to_next_batch(own_membership(request, study_id))


def go_to_next_batch(membership: Membership) -> HttpResponse:
    study_id = membership.study.public_id
    work = other_work(membership.study)
    try:
        assignment = (
            work.give_next(membership)
            if work
            else give_batch(membership=membership).public_id
        )
    except (StageMissingError, StudyNotOpenError):
        return see_other("annotation:work", study_id)
    except NoBatchLeftError:
        return see_other("annotation:done", study_id)
    return see_other(_address_of(membership, assignment))


def _address_of(membership: Membership, assignment: UUID) -> str:
    if work := other_work(membership.study):
        return work.address_of(assignment)
    return resolve_url("annotation:judge", assignment)


@require_http_methods(["GET", "HEAD", "POST"])
@annotator_required
def comprehension(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The comprehension check: two attempts."""
    membership = own_membership(request, study_id)
    standing = standing_of(membership)
    if standing.stage != Stage.COMPREHENSION:
        return redirect("annotation:work", study_id)
    questions = list(membership.study.comprehension_questions.all())
    form = ComprehensionForm(
        questions, request.POST if request.method == "POST" else None
    )
    if form.is_valid():
        return _attempt(request, membership, form)
    context = {
        "study": membership.study,
        "form": form,
        "attempts_left": COMPREHENSION_ATTEMPTS - standing.comprehension_attempts,
        "attempt_count": COMPREHENSION_ATTEMPTS,
        "ahead": ahead_of(membership),
    }
    status = 422 if form.errors else 200
    return render(
        request, "annotation/judging/comprehension.html", context, status=status
    )


def _attempt(
    request: SignedInRequest, membership: Membership, form: ComprehensionForm
) -> HttpResponse:
    try:
        attempt = record_comprehension_attempt(
            membership=membership, answers=form.answers
        )
    except AnnotationError as error:
        messages.warning(request, str(error))
        return see_other("annotation:work", membership.study.public_id)
    if not attempt.passed and attempt.number < COMPREHENSION_ATTEMPTS:
        right, total = right_answer_count(attempt), len(attempt.answers)
        words = _(
            "You answered %(right)d of %(total)d questions correctly. Please read the "
            "guidelines again."
        )
        messages.warning(request, words % {"right": right, "total": total})
    return see_other("annotation:work", membership.study.public_id)


@require_safe
@annotator_required
def done(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """How the annotator's way ends, with its code; before that, how far they are."""
    membership = own_membership(request, study_id)
    ends = show_ends(memberships=[membership])
    context = {
        "study": membership.study,
        "progress": progress_of(membership),
        "end": ends.get(membership.pk),
    }
    return render(request, "annotation/judging/done.html", context)
