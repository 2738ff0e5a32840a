"""Who has a second factor, who must have one, and the help of an admin."""

from collections.abc import Iterable
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed
from django.conf import settings
from django.contrib.admin.models import CHANGE
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from accounts.people import locked_person, note_change

# Recovery codes alone are the rest of a factor that was removed.
FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user: User) -> bool:
    """Whether signing in asks the person for more than the password."""
    found = Authenticator.objects.filter(user=user, type__in=FACTORS)
    return bool(found.exists())


def with_second_factor(people: Iterable[int]) -> set[int]:
    """Which of these people have one; both by primary key."""
    found = Authenticator.objects.filter(user__in=list(people), type__in=FACTORS)
    return set(found.values_list("user_id", flat=True))


def must_add_second_factor(user: User) -> bool:
    """Whether the installation asks one of them, and they have none."""
    required = settings.SECOND_FACTOR_REQUIRED
    is_asked = (required == "admins" and user.is_admin) or (
        required == "researchers" and user.is_researcher
    )
    return is_asked and not has_second_factor(user)


@transaction.atomic
def reset_second_factor(*, person: User, actor: User, request: HttpRequest) -> None:
    """Remove all second factors of a person who lost them; kept in the history.

    Raises:
        ValidationError: it is the actor.
    """
    locked = locked_person(person, actor)
    removed = list(Authenticator.objects.filter(user=locked))
    Authenticator.objects.filter(user=locked).delete()
    note_change(actor, locked, CHANGE, "Second factor reset.")
    for authenticator in removed:
        authenticator_removed.send(
            sender=Authenticator,
            request=request,
            user=locked,
            authenticator=authenticator,
        )
