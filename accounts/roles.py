"""Whether a person may be given another role."""

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User


def reasons_against_role(user: User, role: str) -> list[str]:
    """Why the person can't have this role, in words; empty if they can.

    The packages above say it (`ROLE_RULES`), as they know what the person does.
    """
    rules: list[Callable[[User, str], str]] = [
        import_string(path) for path in settings.ROLE_RULES
    ]
    return [reason for rule in rules if (reason := rule(user, role))]
