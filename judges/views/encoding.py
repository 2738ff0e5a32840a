"""Admins let a text encoder be a judge; a worker embeds the comments and fits it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest, admin_required
from annotation.selectors.people.access import study_or_404
from generation.selectors.workers import workers_of
from judges.errors import JudgeError
from judges.forms import EncoderForm
from judges.services.encoding import QUEUE, request_encoder
from judges.tasks import encode_on_commit
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def judge_encode(request: SignedInRequest, study: UUID) -> HttpResponse:
    """Name an encoder; (POST) let a worker fit it."""
    shown_study = study_or_404(request.user, study)
    form = EncoderForm(request.POST or None)
    if form.is_valid():
        try:
            judge, must_fit = request_encoder(
                study=shown_study, name=form.cleaned_data["encoder"].strip()
            )
        except JudgeError as error:
            form.add_error("encoder", str(error))
        else:
            if must_fit:
                encode_on_commit(judge)
            else:
                words = _("No judgment is newer than this judge. Nothing was changed.")
                messages.info(request, words)
            return see_other("analysis:judge", study)
    context = {"study": shown_study, "form": form, "workers": workers_of(QUEUE)}
    status = 422 if form.errors else 200
    return render(request, "judges/encode.html", context, status=status)
