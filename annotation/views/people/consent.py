"""The texts of a study: agreed to before the first batch, read again at any time."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest, annotator_required
from annotation.errors import StageMissingError
from annotation.forms.people.consent import ConsentForm
from annotation.rules.studies.markdown import render_markdown
from annotation.rules.studies.wording import filled
from annotation.selectors.judging.ahead import ahead_of
from annotation.selectors.judging.standing import standing_of
from annotation.selectors.studies.documents import (
    guidelines_html,
    guidelines_of,
    newest_documents,
)
from annotation.services.people.consent import agree_to_documents, decline_documents
from annotation.views.judging.own import own_membership
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@annotator_required
def consent(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The texts of the study, to be agreed to in the version shown."""
    membership = own_membership(request, study_id)
    if not standing_of(membership).must_agree:
        return redirect("annotation:work", study_id)
    if "decline" in request.POST:
        decline_documents(membership=membership)
        return see_other("annotation:done", study_id)
    documents = newest_documents(membership.study)
    instrument = membership.study.instrument
    form = ConsentForm(documents, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            agree_to_documents(membership=membership, versions=form.versions)
        except StageMissingError as error:
            messages.warning(request, str(error))
            return see_other("annotation:consent", study_id)
        return see_other("annotation:work", study_id)
    context = {
        "study": membership.study,
        "form": form,
        "ahead": ahead_of(membership),
        "texts": [
            (doc, render_markdown(filled(doc.text, instrument))) for doc in documents
        ],
    }
    return render(
        request,
        "annotation/people/consent.html",
        context,
        status=422 if form.errors else 200,
    )


@require_safe
@annotator_required
def guidelines(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The guidelines as agreed to, or the newest ones before that."""
    membership = own_membership(request, study_id)
    context = {
        "study": membership.study,
        "document": guidelines_of(membership),
        "html": guidelines_html(membership),
    }
    return render(request, "annotation/people/guidelines.html", context)
