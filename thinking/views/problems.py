"""A person reports a problem with a question, its video or the page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest, annotator_required
from annotation.errors import AnnotationError
from pages.responses import see_other
from thinking.access import own_items_or_404
from thinking.models import ItemAssignment
from thinking.person_forms import ItemProblemForm
from thinking.selectors.sheets import item_sheet
from thinking.services.problems import report_from_batch


@require_http_methods(["GET", "HEAD", "POST"])
@annotator_required
def sheet_problem(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """The form, and back to the batch: its answers stay as they are."""
    assignment = own_items_or_404(request, assignment_id)
    sheet = item_sheet(assignment, login_name="")
    form = ItemProblemForm(
        len(sheet.items),
        request.POST if request.method == "POST" else None,
        about=request.GET.get("question", ""),
    )
    if form.is_valid():
        _report(request, assignment, form)
        # What is submitted or lapsed leads on from there.
        return see_other("thinking:sheet", assignment.public_id)
    return render(
        request,
        "thinking/people/report.html",
        {"sheet": sheet, "form": form},
        status=422 if form.errors else 200,
    )


def _report(
    request: SignedInRequest, assignment: ItemAssignment, form: ItemProblemForm
) -> None:
    try:
        report_from_batch(
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
