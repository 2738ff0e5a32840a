"""People and their role."""

import uuid
from importlib import import_module
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from accounts.usernames import mixes_alphabets


class Role(models.TextChoices):
    """What a person may see. One role each: whoever sees sources never judges."""

    ANNOTATOR = "annotator", _("Annotator")
    RESEARCHER = "researcher", _("Researcher")
    ADMIN = "admin", _("Admin")


class AccountManager(UserManager["User"]):
    """Superusers created on the command line are admins."""

    def create_superuser(
        self,
        username: str,
        email: str | None = None,
        password: str | None = None,
        **extra_fields: object,
    ) -> "User":
        extra_fields.setdefault("role", Role.ADMIN)
        return super().create_superuser(username, email, password, **extra_fields)


class User(AbstractUser):
    """A person with a login; a new one is an annotator, the role that sees least."""

    role = models.CharField(max_length=10, choices=Role.choices, default=Role.ANNOTATOR)
    # Created by the demo's simulation; reports say so.
    is_simulated = models.BooleanField(default=False)
    # When the person stopped being an admin; a trigger writes it, and nobody unsets it.
    admin_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="usernames_differ_in_more_than_case",
                violation_error_message=_("A user with that username already exists."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="user_role_is_known"
            ),
            # Django's admin site shows sources: only admins enter it.
            models.CheckConstraint(
                condition=models.Q(is_staff=False) | models.Q(role=Role.ADMIN),
                name="staff_are_admins",
            ),
            models.CheckConstraint(
                condition=models.Q(is_superuser=False) | models.Q(role=Role.ADMIN),
                name="superusers_are_admins",
            ),
        ]

    def clean(self) -> None:
        """Refuse a name that could be taken for another person's."""
        super().clean()
        if mixes_alphabets(self.username):
            msg = _("Use letters of one alphabet. Some look alike in several.")
            raise ValidationError({"username": msg})

    @property
    def is_annotator(self) -> bool:
        return self.role == Role.ANNOTATOR

    @property
    def is_researcher(self) -> bool:
        """Whether the person may run studies: researchers and admins."""
        return self.role in (Role.RESEARCHER, Role.ADMIN)

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN


class OpenSession(models.Model):
    """Where a researcher or admin is signed in; it goes with the session.

    No address and no place: a device's name is enough to know one's own.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="open_sessions"
    )
    device = models.CharField(max_length=60)
    signed_in_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.device

    def stored(self) -> SessionBase:
        """The session, in the store that the installation uses."""
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store(self.session_id)


class TokenScope(models.TextChoices):
    """What a token may do of what its owner may."""

    READ = "read", _("Read everything you can, downloads too")
    WRITE = "write", _("Read and change everything you can")
    PROGRESS = "progress", _("Read progress only: studies and their counts")


class ApiToken(AbstractAuthToken):
    """A program's way in, for a researcher; stored as a hash, with an end."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Which program uses it.
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=8, choices=TokenScope.choices)
    # Of the password that its owner had: another one ends the token.
    password_stamp = models.CharField(max_length=64)

    class Meta:
        ordering = ["-created"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope__in=TokenScope.values),
                name="api_token_scope_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(expiry__isnull=False), name="api_token_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reads_everything(self) -> bool:
        """Whether it opens more than the studies' counts."""
        return self.scope != TokenScope.PROGRESS

    @property
    def may_change(self) -> bool:
        return self.scope == TokenScope.WRITE
