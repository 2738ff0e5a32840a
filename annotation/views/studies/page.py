"""What the pages of one study share: their frame, and refusals."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _

from accounts.http import SignedInRequest
from annotation.errors import AnnotationError, StudyNotReadyError
from annotation.models import Study
from pages.errors import ErrorPage, Way, error_page


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
        {"study": study, **context},
        status=status,
    )


def refused(
    request: SignedInRequest, study: Study, error: AnnotationError
) -> HttpResponse:
    """Say in words why something was not done, with the way back; 409."""
    reasons = error.reasons if isinstance(error, StudyNotReadyError) else ()
    told = ErrorPage(_("Nothing was changed"), str(error), tuple(reasons))
    overview = resolve_url("annotation:study", study.public_id)
    way = Way(overview, _("Back to overview"))
    return error_page(409, request, error=told, way=way)
