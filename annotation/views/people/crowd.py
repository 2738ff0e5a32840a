"""Coming in from a crowd platform, and coming back."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.addresses import client_address
from accounts.devices import is_known_device, remember_device
from accounts.http import SignedInRequest, annotator_required
from accounts.models import User
from accounts.rate_limits import CROWD_JOIN, RESUME_CODE
from accounts.ways_back import remember_way_back
from annotation.errors import InvitationUnusableError, OtherDeviceError
from annotation.forms.people.crowd import ResumeForm
from annotation.models import Invitation, Membership
from annotation.rules.people.platforms import Arrival, arrival, platform_of
from annotation.selectors.people.invitation_links import (
    invitation_of,
    invitation_token,
)
from annotation.services.judging.endings import ShownEnd, show_ends
from annotation.services.people.crowd import (
    join_as_participant,
    make_resume_code,
    participant,
    require_participant,
    resume_with_code,
)
from annotation.services.people.invitations import require_usable
from annotation.views.judging.own import own_membership
from annotation.views.people.join_page import BACKEND, closed_page, join_page
from annotation.views.studies.language import use_language_of
from pages.errors import ErrorPage, error_page
from pages.responses import see_other


def join_from_platform(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """The platform's id names the person; their device, or a code, proves it."""
    platform = platform_of(invitation.participant_parameter)
    sent = arrival(platform, request.GET.dict())
    require_participant(sent)
    if request.method == "POST":
        if "resume_code" in request.POST:
            return _resume(request, invitation, sent)
        return _join(request, invitation, sent)
    known = participant(invitation, sent.participant_id)
    is_back = known is not None and _is_own(request, known.user)
    if not is_back:
        try:
            require_usable(invitation)
        except InvitationUnusableError as error:
            return _closed(request, invitation, error)
    return _page(
        request,
        invitation,
        is_back=is_back,
        form=ResumeForm(None),
        end=_end_of(known) if is_back and known is not None else None,
    )


def _end_of(membership: Membership) -> ShownEnd | None:
    return show_ends(memberships=[membership]).get(membership.pk)


def _join(request: HttpRequest, invitation: Invitation, sent: Arrival) -> HttpResponse:
    address = client_address(request)
    if wait := CROWD_JOIN.wait(address):
        return _wait(request, wait)
    CROWD_JOIN.count(address)
    try:
        membership = join_as_participant(
            invitation=invitation,
            arrival=sent,
            is_own_device=lambda user: _is_own(request, user),
        )
    except OtherDeviceError:
        return _elsewhere(request, invitation, 409)
    except InvitationUnusableError as error:
        return _closed(request, invitation, error)
    return _log_in(request, invitation, membership)


def _resume(
    request: HttpRequest, invitation: Invitation, sent: Arrival
) -> HttpResponse:
    address = client_address(request)
    if wait := RESUME_CODE.wait(address):
        return _wait(request, wait)
    form = ResumeForm(request.POST)
    if form.is_valid():
        membership = resume_with_code(
            invitation=invitation,
            arrival=sent,
            code=form.cleaned_data["resume_code"],
        )
        if membership is not None:
            return _log_in(request, invitation, membership)
        RESUME_CODE.count(address)
        form.refuse()
    return _elsewhere(request, invitation, 422, form=form)


def _elsewhere(
    request: HttpRequest,
    invitation: Invitation,
    status: int,
    *,
    form: ResumeForm | None = None,
) -> HttpResponse:
    """No way in here but with a code from where the person started."""
    return _page(
        request,
        invitation,
        template="people/join_elsewhere.html",
        status=status,
        form=form or ResumeForm(None),
    )


def _closed(
    request: HttpRequest, invitation: Invitation, error: InvitationUnusableError
) -> HttpResponse:
    """Nobody new comes in; with a code, who is in does, unless the link is revoked.

    Raises:
        InvitationUnusableError: the platform has to send the person again.
    """
    if not error.reason:
        raise error
    form = ResumeForm(None) if invitation.revoked_at is None else None
    return closed_page(request, invitation, error, form=form)


def _is_own(request: HttpRequest, user: User | None) -> bool:
    return user is not None and is_known_device(request, user.username)


def _log_in(
    request: HttpRequest, invitation: Invitation, membership: Membership
) -> HttpResponse:
    user = membership.user
    login(request, user, backend=BACKEND)
    response = see_other("annotation:work", membership.study.public_id)
    if user is not None:
        remember_device(response, user.username)
    token = invitation_token(invitation)
    remember_way_back(response, reverse("annotation:crowd_return", args=[token]))
    return response


def _wait(request: HttpRequest, wait: timedelta) -> HttpResponse:
    minutes = -(-wait // timedelta(minutes=1))
    text = ngettext(
        "There were too many attempts from your network. Try again in %(minutes)d "
        "minute.",
        "There were too many attempts from your network. Try again in %(minutes)d "
        "minutes.",
        minutes,
    )
    told = ErrorPage(_("Please wait"), text % {"minutes": minutes})
    return error_page(429, request, error=told)


def _page(
    request: HttpRequest,
    invitation: Invitation,
    *,
    template: str = "people/join.html",
    status: int = 200,
    **context: object,
) -> HttpResponse:
    # The participant's id in the address must not get onto the page.
    hidden = {"is_crowd": True, "current_page": ""}
    return join_page(request, invitation, template, status=status, **hidden, **context)


@require_safe
@never_cache
def crowd_return(request: HttpRequest, token: str) -> HttpResponse:
    """A participant's session ended: how they come in again, without a password."""
    invitation = invitation_of(token)
    if invitation is None:
        raise Http404
    use_language_of(invitation.study, request)
    platform = platform_of(invitation.participant_parameter)
    context = {"study": invitation.study, "platform": platform, "is_crowd": True}
    return render(request, "annotation/people/crowd_return.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@annotator_required
def other_device(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """A code for a crowd participant who goes on on another device."""
    membership = own_membership(request, study_id)
    if not membership.participant_id:
        raise Http404
    code = make_resume_code(membership=membership) if request.method == "POST" else ""
    context = {"study": membership.study, "code": code}
    return render(request, "annotation/people/other_device.html", context)
