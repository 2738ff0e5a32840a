"""People: who has an account, roles, invitations, shutting out; for admins alone."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.freshness import fresh_sign_in_required
from accounts.http import SignedInRequest, admin_required
from accounts.models import Role, User
from accounts.password_links import password_link
from accounts.people import (
    change_role,
    invite_person,
    people_who_sign_in,
    set_active,
)
from accounts.people_forms import InvitePersonForm, RoleForm
from accounts.second_factors.services import reset_second_factor, with_second_factor
from pages.responses import see_other

_PAGE_SIZE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
@fresh_sign_in_required
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody with an account; a POST invites somebody, by link and by mail."""
    form = InvitePersonForm(request.POST if request.method == "POST" else None)
    person = _invited(form, request.user)
    link = password_link(request, person) if person else ""
    words = request.GET.get("q", "").strip()
    ranked = people_who_sign_in(words)
    page = Paginator(ranked, _PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": InvitePersonForm() if person else form,
        "person": person,
        "link": link,
        "is_mailed": person is not None and _is_mailed(person, link),
        "has_mail": settings.HAS_MAIL,
        "words": words,
        "page": page,
        "with_second_factor": with_second_factor(one.pk for one in page),
        "roles": Role.choices,
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/people.html", context, status=status)


def _invited(form: InvitePersonForm, actor: User) -> User | None:
    """The new account; None where none was asked for, or the form says why not."""
    if not form.is_valid():
        return None
    data = form.cleaned_data
    try:
        return invite_person(
            username=data["username"],
            email=data["email"],
            role=Role(data["role"]),
            actor=actor,
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None


def _is_mailed(person: User, link: str) -> bool:
    """Whether the link went to the person by mail, where the installation can send."""
    if not (settings.HAS_MAIL and person.email):
        return False
    text = render_to_string(
        "accounts/invitation_email.txt", {"person": person, "link": link}
    )
    subject = _("Your account on MIMIC-Bench")
    return bool(send_mail(subject, text, None, [person.email], fail_silently=True))


@require_POST
@admin_required
@fresh_sign_in_required
def person_role(request: SignedInRequest, username: str) -> HttpResponse:
    """Give a person another role."""
    person = get_object_or_404(User, username=username)
    form = RoleForm(request.POST)
    if form.is_valid():
        role = Role(form.cleaned_data["role"])
        said = _("%(name)s now has the role %(role)s.") % {
            "name": username,
            "role": role.label,
        }
        _do(
            request,
            lambda: change_role(person=person, role=role, actor=request.user),
            said,
        )
    return see_other("accounts:people")


@require_POST
@admin_required
@fresh_sign_in_required
def person_active(request: SignedInRequest, username: str) -> HttpResponse:
    """Deactivate a person, or (with `active`) activate them again."""
    person = get_object_or_404(User, username=username)
    is_active = "active" in request.POST
    said = _("%(name)s can't sign in any more. Their work stays.")
    if is_active:
        said = _("%(name)s can sign in again.")
    _do(
        request,
        lambda: set_active(person=person, is_active=is_active, actor=request.user),
        said % {"name": username},
    )
    return see_other("accounts:people")


@require_POST
@admin_required
@fresh_sign_in_required
def person_second_factor(request: SignedInRequest, username: str) -> HttpResponse:
    """Remove the second factor of a person who lost their phone or key."""
    person = get_object_or_404(User, username=username)
    said = _("%(name)s now signs in with the password alone.") % {"name": username}
    _do(
        request,
        lambda: reset_second_factor(person=person, actor=request.user, request=request),
        said,
    )
    return see_other("accounts:people")


def _do(request: SignedInRequest, change: Callable[[], None], said: str) -> None:
    try:
        change()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, said)
