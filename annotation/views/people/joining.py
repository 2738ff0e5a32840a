"""Coming into a study by a link."""

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.addresses import client_address
from accounts.models import User
from accounts.rate_limits import NEW_LOGIN
from annotation.errors import AnnotationError, InvitationUnusableError
from annotation.forms.people.memberships import NewLoginForm
from annotation.models import Invitation, InvitationKind, Membership, MembershipRole
from annotation.selectors.people.invitation_links import invitation_of
from annotation.selectors.people.marks import reason_against_judging
from annotation.selectors.studies.readiness import batch_size
from annotation.services.people.invitations import (
    join_as_participant,
    join_by_invitation,
    join_with_new_login,
    participant,
    problem_with,
    require_participant_id,
)
from annotation.views.studies.language import use_language_of
from pages.errors import ErrorPage, error_page
from pages.responses import see_other

_BACKEND = "accounts.backends.PasswordBackend"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password1", "password2")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """What the study is and takes; then in, with a login or as a participant."""
    invitation = invitation_of(token)
    if invitation is None:
        raise Http404
    use_language_of(invitation.study, request)
    if isinstance(request.user, User) and request.user.is_researcher:
        return _not_for(request, request.user)
    try:
        if invitation.kind == InvitationKind.CROWD:
            return _crowd(request, invitation)
        return _link(request, invitation)
    except AnnotationError as error:
        status = 410 if isinstance(error, InvitationUnusableError) else 409
        told = ErrorPage(
            _("You can't join with this link"),
            str(error),
            hint=_(
                "If you think this is a mistake, ask the person who gave you the link."
            ),
        )
        return error_page(status, request, error=told)


def _not_for(request: HttpRequest, user: User) -> HttpResponse:
    """A researcher's browser: the link is for somebody else."""
    text = _(
        "You are signed in as %(name)s (%(role)s). People who can see sources can't "
        "judge, because the test would no longer be blind."
    ) % {"name": user.username, "role": user.get_role_display()}
    told = ErrorPage(
        _("This link is for annotators"),
        text,
        hint=_(
            "To try it out, open the link in a private window and create another "
            "account there."
        ),
    )
    return error_page(403, request, error=told)


def _link(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """For people with a login, or who make one now."""
    if not isinstance(request.user, User):
        return _with_new_login(request, invitation)
    if request.method == "POST" or _is_in(request.user, invitation):
        join_by_invitation(invitation=invitation, user=request.user)
        return see_other("annotation:work", invitation.study.public_id)
    _require_usable(invitation)
    if reason := reason_against_judging(invitation.study, request.user, asks=True):
        raise AnnotationError(reason)
    return _page(request, invitation, "people/join.html")


def _with_new_login(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    _require_usable(invitation)
    address = client_address(request)
    form = NewLoginForm(
        request.POST if request.method == "POST" else None, address=address
    )
    if form.is_valid():
        NEW_LOGIN.count(address)
        membership = join_with_new_login(
            invitation=invitation, user=form.save(commit=False)
        )
        return _log_in(request, membership)
    return _page(
        request,
        invitation,
        "people/join.html",
        status=422 if form.errors else 200,
        form=form,
    )


def _crowd(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """For a crowd platform's people: its id in the address is their key."""
    participant_id = request.GET.get(invitation.participant_parameter, "")
    if request.method == "POST":
        return _log_in(
            request,
            join_as_participant(invitation=invitation, participant_id=participant_id),
        )
    require_participant_id(participant_id)
    known = participant(invitation, participant_id)
    if known is None:
        _require_usable(invitation)
    return _page(
        request,
        invitation,
        "people/join.html",
        is_crowd=True,
        is_known=known is not None,
        # The participant's id in the address must not get onto the page.
        current_page="",
    )


def _require_usable(invitation: Invitation) -> None:
    if problem := problem_with(invitation, now=timezone.now()):
        raise InvitationUnusableError(problem)


def _is_in(user: User, invitation: Invitation) -> bool:
    return Membership.objects.filter(
        study=invitation.study, user=user, role=MembershipRole.ANNOTATOR
    ).exists()


def _log_in(request: HttpRequest, membership: Membership) -> HttpResponse:
    login(request, membership.user, backend=_BACKEND)
    return see_other("annotation:work", membership.study.public_id)


def _page(
    request: HttpRequest,
    invitation: Invitation,
    template: str,
    *,
    status: int = 200,
    **context: object,
) -> HttpResponse:
    study = invitation.study
    facts = {
        "study": study,
        "batch_count": study.batches_per_annotator or study.batches.count(),
        "batch_size": batch_size(study) + study.attention_checks_per_batch,
    }
    return render(request, f"annotation/{template}", facts | context, status=status)
