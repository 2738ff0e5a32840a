"""An annotator reports a problem with a comment, the video or the page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest, annotator_required
from annotation.errors import AnnotationError
from annotation.forms.judging.problems import CommentProblemForm
from annotation.models import Assignment
from annotation.selectors.judging.sheets import judge_sheet
from annotation.services.judging.problems import report_problem
from annotation.views.judging.own import own_assignment
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@annotator_required
def problem(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """The form, and back to the batch: its answers stay as they are."""
    assignment = own_assignment(request, assignment_id)
    sheet = judge_sheet(assignment, login_name="")
    form = CommentProblemForm(
        sheet.comments,
        request.POST if request.method == "POST" else None,
        about=request.GET.get("comment", ""),
    )
    if form.is_valid():
        _report(request, assignment, form)
        # What is submitted or lapsed leads on from there.
        return see_other("annotation:judge", assignment.public_id)
    return render(
        request,
        "annotation/judging/problem.html",
        {"sheet": sheet, "form": form},
        status=422 if form.errors else 200,
    )


def _report(
    request: SignedInRequest, assignment: Assignment, form: CommentProblemForm
) -> None:
    try:
        report_problem(
            assignment=assignment,
            subject=form.subject,
            kind=form.cleaned_data["kind"],
            text=form.cleaned_data["text"],
            position=form.position,
        )
    except AnnotationError as error:
        messages.warning(request, str(error))
    else:
        messages.success(
            request,
            _("Thank you. The people who run the study will look at it."),
        )
