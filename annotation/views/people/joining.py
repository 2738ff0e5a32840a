"""Coming into a study by a link."""

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
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
from annotation.services.people.invitations import (
    join_by_invitation,
    join_with_new_login,
    require_usable,
)
from annotation.views.people.crowd import join_from_platform
from annotation.views.people.join_page import BACKEND, closed_page, join_page
from annotation.views.studies.language import use_language_of
from pages.errors import ErrorPage, error_page
from pages.responses import see_other


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
            return join_from_platform(request, invitation)
        return _link(request, invitation)
    except AnnotationError as error:
        if isinstance(error, InvitationUnusableError) and error.reason:
            return closed_page(request, invitation, error)
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
    require_usable(invitation)
    if reason := reason_against_judging(invitation.study, request.user, asks=True):
        raise AnnotationError(reason)
    return join_page(request, invitation, "people/join.html")


def _with_new_login(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    require_usable(invitation)
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
    return join_page(
        request,
        invitation,
        "people/join.html",
        status=422 if form.errors else 200,
        form=form,
    )


def _is_in(user: User, invitation: Invitation) -> bool:
    return Membership.objects.filter(
        study=invitation.study, user=user, role=MembershipRole.ANNOTATOR
    ).exists()


def _log_in(request: HttpRequest, membership: Membership) -> HttpResponse:
    login(request, membership.user, backend=BACKEND)
    return see_other("annotation:work", membership.study.public_id)
