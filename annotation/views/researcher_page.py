"""What the pages of one study share: frame, tabs, refusals."""

from collections.abc import Mapping

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url

from accounts.http import SignedInRequest
from annotation.errors import AnnotationError, StudyNotReadyError
from annotation.models import Study

# URL name and what the tab says, in the order in which a study grows.
TABS = (
    ("study", "Overview"),
    ("study_videos", "Videos"),
    ("study_sources", "Sources"),
    ("study_comments", "Comments"),
    ("study_readiness", "Readiness"),
    ("study_texts", "Texts"),
    ("study_preparation", "Preparation"),
    ("study_settings", "Settings"),
    ("study_people", "People"),
    ("study_invitations", "Invitations"),
    ("study_log", "Log"),
)


def study_page(
    request: SignedInRequest,
    study: Study,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    """A page or fragment of templates/annotation/studies/ about one study."""
    return render(
        request,
        f"annotation/studies/{template}",
        {"study": study, "tabs": TABS, **context},
        status=status,
    )


def refused(
    request: SignedInRequest, study: Study, error: AnnotationError
) -> HttpResponse:
    """Say in words why something was not done, with the way back; 409."""
    reasons = error.reasons if isinstance(error, StudyNotReadyError) else []
    context = {"error": error, "reasons": reasons}
    return study_page(request, study, "refused.html", context, status=409)


def see_other(view: str, *args: object) -> HttpResponseRedirect:
    """To another page after a POST: 303 is fetched with GET whatever the client."""
    response = HttpResponseRedirect(resolve_url(view, *args))
    response.status_code = 303
    return response
