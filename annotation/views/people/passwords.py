"""Researchers give an annotator who forgot their password a link for a new one."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest, researcher_required
from accounts.password_links import password_link
from annotation.errors import AnnotationError
from annotation.models import Membership, MembershipRole
from annotation.selectors.people.access import any_study_or_404
from annotation.services.people.password_links import allow_password_link
from annotation.views.studies.page import refused, study_page


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_password_link(
    request: SignedInRequest, study_id: UUID, code: str
) -> HttpResponse:
    """Ask whether; then the link, this one time."""
    study = any_study_or_404(request.user, study_id)
    membership = get_object_or_404(
        Membership.objects.select_related("user", "study"),
        study=study,
        role=MembershipRole.ANNOTATOR,
        user__isnull=False,
        code=code,
    )
    link = ""
    if request.method == "POST":
        try:
            person = allow_password_link(membership=membership, actor=request.user)
        except AnnotationError as error:
            return refused(request, study, error)
        link = password_link(request, person)
    context = {"person": membership.user, "link": link}
    return study_page(request, study, "people/password_link.html", context)
