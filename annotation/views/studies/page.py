"""What the pages of one study share: frame, tabs, refusals."""

from collections.abc import Mapping

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url

from accounts.http import SignedInRequest
from annotation.errors import AnnotationError, StudyNotReadyError
from annotation.models import Study

# URL name and what the tab says, in the order in which a study grows.
TABS = (
    ("annotation:study", "Overview"),
    ("annotation:study_videos", "Videos"),
    ("annotation:study_sources", "Sources"),
    ("annotation:study_comments", "Comments"),
    ("annotation:study_readiness", "Readiness"),
    ("annotation:study_texts", "Texts"),
    ("annotation:study_preparation", "Preparation"),
    ("annotation:study_settings", "Settings"),
    ("annotation:study_people", "People"),
    ("annotation:study_invitations", "Invitations"),
    ("annotation:study_log", "Log"),
)


def study_page(
    request: SignedInRequest,
    study: Study,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    """A page or fragment of templates/annotation/ about one study."""
    return render(
        request,
        f"annotation/{template}",
        {"study": study, "tabs": TABS, **context},
        status=status,
    )


def refused(
    request: SignedInRequest, study: Study, error: AnnotationError
) -> HttpResponse:
    """Say in words why something was not done, with the way back; 409."""
    reasons = error.reasons if isinstance(error, StudyNotReadyError) else []
    context = {"error": error, "reasons": reasons}
    return study_page(request, study, "studies/refused.html", context, status=409)


def see_other(view: str, *args: object) -> HttpResponseRedirect:
    """To another page after a POST: 303 is fetched with GET whatever the client."""
    response = HttpResponseRedirect(resolve_url(view, *args))
    response.status_code = 303
    return response
