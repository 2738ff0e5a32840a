"""Leaving a study."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest, annotator_required
from annotation.forms.people.leaving import LeavingForm
from annotation.services.people.leaving import leave_study
from annotation.views.judging.own import own_membership
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@annotator_required
def leave(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Leave the study: answers stay without a name, or are deleted."""
    membership = own_membership(request, study_id)
    form = LeavingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        deletes_answers = form.cleaned_data["answers"] == LeavingForm.DELETE
        is_login_gone = leave_study(
            membership=membership, actor=request.user, deletes_answers=deletes_answers
        )
        if is_login_gone:
            logout(request)
            context = {
                "study": membership.study,
                "deletes_answers": deletes_answers,
                "is_crowd": True,
            }
            return render(request, "annotation/people/left.html", context)
        messages.success(
            request,
            _("You have left %(study)s. You can't join it again.")
            % {"study": membership.study.title},
        )
        return see_other("annotation:home")
    context = {
        "study": membership.study,
        "form": form,
        "is_participant": membership.participant_id != "",
    }
    status = 422 if form.errors else 200
    return render(request, "annotation/people/leave.html", context, status=status)
