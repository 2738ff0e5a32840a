"""Researchers' page: what annotators reported, and what became of it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest, researcher_required
from annotation.forms.people.problems import ProblemAnswerForm
from annotation.models import ProblemReport, Study
from annotation.selectors.judging.problems import problems_of
from annotation.selectors.people.access import any_study_or_404
from annotation.services.judging.problems import answer_problem, reopen_problem
from annotation.views.studies.page import study_page
from pages.responses import see_other

_PAGE_SIZE = 50


@require_safe
@researcher_required
def study_problems(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The reports, open ones first, each with a form for its note."""
    study = any_study_or_404(request.user, study_id)
    page = Paginator(problems_of(study), _PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "reports": [(each, _form(each)) for each in page]}
    return study_page(request, study, "people/problems.html", context)


@require_POST
@researcher_required
def study_problem_answer(
    request: SignedInRequest, study_id: UUID, problem_id: UUID
) -> HttpResponse:
    """Mark a report as answered, or open it again (`reopen`)."""
    study = any_study_or_404(request.user, study_id)
    report = get_object_or_404(problems_of(study), public_id=problem_id)
    if "reopen" in request.POST:
        reopen_problem(report=report, actor=request.user)
        messages.success(request, _("The report is open again."))
        return _back(study)
    form = ProblemAnswerForm(request.POST, prefix=str(report.public_id))
    if form.is_valid():
        answer_problem(
            report=report, actor=request.user, note=form.cleaned_data["note"]
        )
        messages.success(request, _("Marked as answered."))
    else:
        messages.warning(request, _("The note is too long. Nothing was changed."))
    return _back(study)


def _form(report: ProblemReport) -> ProblemAnswerForm:
    return ProblemAnswerForm(
        initial={"note": report.note}, prefix=str(report.public_id)
    )


def _back(study: Study) -> HttpResponse:
    return see_other("annotation:study_problems", study.public_id)
