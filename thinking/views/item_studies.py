"""Researchers let people answer a build, and see how far they are."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest, researcher_required
from annotation.selectors.judging.problems import open_problem_count
from annotation.selectors.people.access import any_study_or_404
from pages.responses import see_other
from thinking.access import build_or_404
from thinking.errors import ThinkingError
from thinking.forms import ItemStudyForm
from thinking.models import ItemStudy
from thinking.selectors.item_studies import item_study_progress
from thinking.services.item_studies import create_item_study


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def item_study_create(request: SignedInRequest, name: str) -> HttpResponse:
    """Ask people: how many answer each item, in which batches."""
    build = build_or_404(name)
    form = ItemStudyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = create_item_study(build=build, plan=form.plan, actor=request.user)
        except ThinkingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("Study created. Check its texts, then seal it.")
            )
            return see_other("thinking:item_study", made.study.public_id)
    context = {"build": build, "form": form}
    status = 422 if form.errors else 200
    return render(request, "thinking/people/new.html", context, status=status)


@require_safe
@researcher_required
def item_study(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """One item study at a glance."""
    study = any_study_or_404(request.user, study_id)
    found = ItemStudy.objects.select_related("build").filter(study=study).first()
    if found is None:
        raise Http404
    context = {
        "study": study,
        "item_study": found,
        "build": found.build,
        "progress": item_study_progress(found),
        "open_problem_count": open_problem_count(study),
    }
    return render(request, "thinking/people/study.html", context)
