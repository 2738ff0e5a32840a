"""The front door: everybody goes to where their work is."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, signed_in_required
from annotation.selectors.judging.annotator_progress import progress_in_every_study


@require_safe
@signed_in_required
def home(request: SignedInRequest) -> HttpResponse:
    """An annotator's studies, each with one button; researchers go to their list."""
    if request.user.is_researcher:
        return redirect("annotation:study_list")
    context = {"studies": progress_in_every_study(request.user)}
    return render(request, "annotation/judging/home.html", context)
