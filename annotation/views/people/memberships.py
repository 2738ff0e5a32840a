"""Researchers' pages: the people of a study."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.http import SignedInRequest, researcher_required
from accounts.models import User
from annotation.errors import AnnotationError
from annotation.forms.people.memberships import ExclusionForm, UsernamesForm
from annotation.models import Membership, MembershipRole, Study
from annotation.selectors.people.access import any_study_or_404
from annotation.selectors.people.memberships import (
    annotators_of,
    has_participants,
    researchers_of,
)
from annotation.services.people.exclusions import exclude_annotator, include_annotator
from annotation.services.people.leaving import leave_study
from annotation.services.people.memberships import add_annotator
from annotation.services.studies.researchers import add_researcher, remove_researcher
from annotation.views.studies.page import refused, study_page
from pages.responses import see_other


@require_safe
@researcher_required
def study_people(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Annotators with their progress, pace and checks."""
    study = any_study_or_404(request.user, study_id)
    return _people_page(request, study)


def _people_page(
    request: SignedInRequest, study: Study, form: UsernamesForm | None = None
) -> HttpResponse:
    context = {
        "annotators": annotators_of(study),
        "has_participants": has_participants(study),
        "form": form or UsernamesForm(prefix="annotators"),
    }
    return study_page(
        request, study, "people/people.html", context, status=422 if form else 200
    )


@require_POST
@researcher_required
def study_add_annotators(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Let people with a login judge in the study: all of them, or none."""
    study = any_study_or_404(request.user, study_id)
    form = UsernamesForm(request.POST, prefix="annotators")
    if _add_people(form, study, request.user, add_annotator):
        return see_other("annotation:study_people", study.public_id)
    return _people_page(request, study, form)


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_researchers(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Who runs the study; more researchers are added all together, or none."""
    study = any_study_or_404(request.user, study_id)
    data = request.POST if request.method == "POST" else None
    form = UsernamesForm(data, prefix="researchers")
    if data is not None and _add_people(form, study, request.user, add_researcher):
        return see_other("annotation:study_researchers", study.public_id)
    context = {"researchers": researchers_of(study), "form": form}
    return study_page(
        request,
        study,
        "people/researchers.html",
        context,
        status=422 if form.errors else 200,
    )


def _add_people(
    form: UsernamesForm, study: Study, actor: User, add: Callable[..., Membership]
) -> bool:
    """Whether all whom the form names were added; else it says why not."""
    if form.is_valid():
        try:
            with transaction.atomic():
                for user in form.cleaned_data["usernames"]:
                    add(study=study, user=user, actor=actor)
        except AnnotationError as error:
            form.add_error("usernames", str(error))
    return not form.errors


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_exclude(request: SignedInRequest, study_id: UUID, code: str) -> HttpResponse:
    """Ask for a reason, and leave an annotator out of the results."""
    study, membership = _annotator(request, study_id, code)
    form = ExclusionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            exclude_annotator(
                membership=membership,
                actor=request.user,
                reason=form.cleaned_data["reason"],
                frees_places=form.cleaned_data["frees_places"],
            )
        except AnnotationError as error:
            return refused(request, study, error)
        messages.success(
            request, _("%(code)s is excluded from the results.") % {"code": code}
        )
        return see_other("annotation:study_people", study.public_id)
    context = {"form": form, "membership": membership}
    return study_page(
        request,
        study,
        "people/exclude.html",
        context,
        status=422 if form.errors else 200,
    )


@require_POST
@researcher_required
def study_include(request: SignedInRequest, study_id: UUID, code: str) -> HttpResponse:
    """Take an exclusion back."""
    study, membership = _annotator(request, study_id, code)
    try:
        include_annotator(membership=membership, actor=request.user)
    except AnnotationError as error:
        return refused(request, study, error)
    messages.success(
        request, _("%(code)s counts in the results again.") % {"code": code}
    )
    return see_other("annotation:study_people", study.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_forget(request: SignedInRequest, study_id: UUID, code: str) -> HttpResponse:
    """Let an annotator go, as they asked: without their name, or with their answers."""
    study, membership = _annotator(request, study_id, code)
    if request.method == "POST":
        leave_study(
            membership=membership,
            actor=request.user,
            deletes_answers="deletes_answers" in request.POST,
        )
        messages.success(
            request, _("%(code)s is no longer linked to a person.") % {"code": code}
        )
        return see_other("annotation:study_people", study.public_id)
    return study_page(request, study, "people/forget.html", {"membership": membership})


@require_POST
@researcher_required
def study_remove_researcher(
    request: SignedInRequest, study_id: UUID, username: str
) -> HttpResponse:
    """Take a researcher out of the study."""
    study = any_study_or_404(request.user, study_id)
    membership = get_object_or_404(
        Membership,
        study=study,
        role=MembershipRole.RESEARCHER,
        user__username=username,
    )
    try:
        remove_researcher(membership=membership, actor=request.user)
    except AnnotationError as error:
        return refused(request, study, error)
    if membership.user == request.user and not request.user.is_admin:
        return see_other("annotation:study_list")
    return see_other("annotation:study_researchers", study.public_id)


def _annotator(
    request: SignedInRequest, study_id: UUID, code: str
) -> tuple[Study, Membership]:
    study = any_study_or_404(request.user, study_id)
    membership = get_object_or_404(
        Membership.objects.select_related("user"),
        study=study,
        role=MembershipRole.ANNOTATOR,
        code=code,
    )
    return study, membership
