"""The front door: everybody goes to where their work is."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, signed_in_required
from annotation.selectors.judging.annotator_progress import (
    memberships_of,
    progress_of_all,
)
from annotation.selectors.people.messages import unread_messages
from annotation.services.judging.endings import show_ends


@require_safe
@signed_in_required
def home(request: SignedInRequest) -> HttpResponse:
    """An annotator's studies, each with one button; researchers go to their list."""
    if request.user.is_researcher:
        return redirect("annotation:study_list")
    memberships = memberships_of(request.user)
    ends = show_ends(memberships=memberships)
    progress = progress_of_all(memberships)
    shown = [ends.get(membership.pk) for membership in memberships]
    unread = unread_messages(memberships)
    messages = [unread.get(membership.study_id, ()) for membership in memberships]
    context = {"studies": [*zip(progress, shown, messages, strict=True)]}
    return render(request, "annotation/judging/home.html", context)
