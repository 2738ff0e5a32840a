"""Writing to annotators, and reading what was written."""

import re
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import Audience, Membership, MessageReceipt, Study, StudyMessage
from annotation.selectors.people.messages import recipients_of
from annotation.services.studies.events import record_event


@transaction.atomic
def send_message(
    *,
    study: Study,
    title: str,
    text: str,
    audience: Audience,
    codes: Collection[str] = (),
    actor: User,
) -> StudyMessage:
    """Show a message to annotators who are in the study now.

    Args:
        study: whose annotators.
        title: one line.
        text: plain text.
        audience: to whom.
        codes: of the chosen annotators.
        actor: the researcher who writes.

    Raises:
        AnnotationError: it names a source of the study, or nobody would get it.
    """
    refuse_names(study, f"{title}\n{text}")
    found = recipients_of(study, audience, codes)
    if not found:
        msg = _("Nobody would get this message.")
        raise AnnotationError(msg)
    message = StudyMessage.objects.create(
        study=study, title=title, text=text, audience=audience, created_by=actor
    )
    MessageReceipt.objects.bulk_create(
        MessageReceipt(message=message, membership=one) for one in found
    )
    record_event(
        study=study,
        actor=actor,
        action="message sent",
        label=title,
        annotators=len(found),
    )
    return message


def refuse_names(study: Study, text: str) -> None:
    """Refuse a text that names an AI source of the study; annotators must not know it.

    Raises:
        AnnotationError: the source is named.
    """
    for source in study.declared_sources:
        for name in (source.title, source.key):
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
                msg = _(
                    "The message names %(source)s, a source of this study. Annotators "
                    "must not know the sources."
                ) % {"source": name}
                raise AnnotationError(msg)


@transaction.atomic
def withdraw_message(*, message: StudyMessage, actor: User) -> None:
    """Show a message to nobody any more; once is enough."""
    open_ones = StudyMessage.objects.filter(pk=message.pk, withdrawn_at=None)
    if open_ones.update(withdrawn_at=timezone.now()):
        record_event(
            study=message.study,
            actor=actor,
            action="message withdrawn",
            label=message.title,
        )


def read_messages(*, membership: Membership, message: StudyMessage) -> None:
    """Remember that an annotator has read a message; it is not shown again."""
    receipts = membership.message_receipts.filter(message=message, read_at=None)
    receipts.update(read_at=timezone.now())
