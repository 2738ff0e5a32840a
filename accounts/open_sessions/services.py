"""Note where somebody is signed in, list it, and end it."""

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import OpenSession, User
from accounts.open_sessions.naming import device_name
from accounts.signals import sessions_ended


def note_use(*, user: User, session: SessionBase, user_agent: str) -> None:
    """The session is in use now; one that nobody knows of yet is listed from now on."""
    if not session.session_key:
        session.create()
    known = OpenSession.objects.filter(session_id=session.session_key, user=user)
    if known.update(last_used_at=timezone.now()):
        return
    # Another request may have ended the session meanwhile.
    if Session.objects.filter(pk=session.session_key).exists():
        OpenSession.objects.update_or_create(
            session_id=session.session_key,
            defaults={"user": user, "device": device_name(user_agent)},
        )


def open_sessions_of(user: User) -> QuerySet[OpenSession]:
    """Where the person is signed in, the latest use first."""
    return OpenSession.objects.filter(
        user=user, session__expire_date__gt=timezone.now()
    ).order_by("-last_used_at")


def end_sessions(*, sessions: QuerySet[OpenSession], user: User) -> int:
    """End these of the person's sessions; how many they were."""
    ended = list(sessions.filter(user=user))
    for one in ended:
        # Through the store: it may keep a copy in the cache.
        one.stored().delete()
    if ended:
        sessions_ended.send(sender=OpenSession, user=user, count=len(ended))
    return len(ended)
