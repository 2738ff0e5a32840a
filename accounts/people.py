"""Who has an account, in which role; the account's history keeps who changed it."""

import secrets

from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.roles import reasons_against_role


def people_who_sign_in(words: str) -> QuerySet[User]:
    """Everybody with an account whose username has these words, who waits first.

    Not crowd participants, who come by their link. `is_waiting` marks who came in
    through single sign-on and waits for a role.
    """
    connected = Exists(SocialAccount.objects.filter(user=OuterRef("pk")))
    found = User.objects.filter(username__icontains=words, is_simulated=False)
    return (
        found.annotate(
            is_connected=connected,
            is_waiting=connected & Q(is_active=False, last_login__isnull=True),
        )
        .filter(
            Q(is_connected=True) | ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        )
        .order_by("-is_waiting", "-is_active", "username")
    )


@transaction.atomic
def invite_person(*, username: str, email: str, role: Role, actor: User) -> User:
    """An account whose password nobody knows, until its owner sets one with a link.

    Raises:
        ValidationError: the name is taken or can't be used.
    """
    person = User(username=username, email=email, role=role)
    person.set_password(secrets.token_urlsafe(32))
    person.full_clean()
    person.save()
    note_change(actor, person, ADDITION, "Invited.")
    return person


@transaction.atomic
def change_role(*, person: User, role: Role, actor: User) -> None:
    """Give a person another role; who stops being an admin leaves Django's admin site.

    Raises:
        ValidationError: it is the actor, or what the person does forbids the role.
    """
    locked = locked_person(person, actor)
    if reasons := reasons_against_role(locked, role):
        raise ValidationError(reasons)
    locked.role = role
    if role != Role.ADMIN:
        locked.is_staff = locked.is_superuser = False
    locked.save(update_fields=["role", "is_staff", "is_superuser"])
    note_change(actor, locked, CHANGE, f"Role changed to {role}.")


@transaction.atomic
def set_active(*, person: User, is_active: bool, actor: User) -> None:
    """Shut a person out, or let them in again; what they did stays.

    Raises:
        ValidationError: it is the actor.
    """
    locked = locked_person(person, actor)
    locked.is_active = is_active
    locked.save(update_fields=["is_active"])
    note_change(actor, locked, CHANGE, "Activated." if is_active else "Deactivated.")


def locked_person(person: User, actor: User) -> User:
    """The person's row; nobody shuts themselves out, so an admin is always left."""
    if person == actor:
        msg = _("You can't change your own account here. Ask another admin.")
        raise ValidationError(msg)
    # In one order, so that two admins who demote each other are not both obeyed.
    rows = User.objects.select_for_update().filter(pk__in=[person.pk, actor.pk])
    locked = {row.pk: row for row in rows.order_by("pk")}
    if not (locked[actor.pk].is_admin and locked[actor.pk].is_active):
        raise ValidationError(_("You are no longer an admin."))
    return locked[person.pk]


def note_change(actor: User, person: User, flag: int, text: str) -> None:
    LogEntry.objects.log_actions(
        actor.pk, User.objects.filter(pk=person.pk), flag, text
    )
