"""Reasons that stay in the log and in reports beside a code: they name nobody."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from annotation.errors import AnnotationError
from annotation.models import Membership


def require_nameless(reason: str, membership: Membership) -> None:
    """Refuse a reason that says who the annotator is.

    Raises:
        AnnotationError: a name, the login, the address or the crowd id is in it.
    """
    if any(_is_in(word, reason) for word in _words_of(membership)):
        msg = _(
            "Give the reason without naming the person: it is kept next to their code, "
            "also after they have left."
        )
        raise AnnotationError(msg)


def _words_of(membership: Membership) -> Iterator[str]:
    yield membership.participant_id
    if user := membership.user:
        yield from (user.username, user.email, user.first_name, user.last_name)


def _is_in(word: str, text: str) -> bool:
    pattern = rf"(?<!\w){re.escape(word)}(?!\w)"
    return bool(word) and re.search(pattern, text, re.IGNORECASE) is not None
