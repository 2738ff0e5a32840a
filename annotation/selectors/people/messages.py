"""Messages to annotators: for whom, and who has read them."""

from collections.abc import Collection, Sequence

from django.db.models import Count, Prefetch, Q, QuerySet

from annotation.models import (
    Audience,
    Membership,
    MembershipRole,
    MessageReceipt,
    Study,
    StudyMessage,
)
from annotation.selectors.judging.annotator_progress import progress_of_all


def active_annotators(study: Study) -> QuerySet[Membership]:
    """Who judges in the study: neither gone nor excluded."""
    return study.memberships.filter(
        role=MembershipRole.ANNOTATOR, left_at=None, excluded_at=None
    ).order_by("code")


def recipients_of(
    study: Study, audience: Audience, codes: Collection[str] = ()
) -> list[Membership]:
    """Whom a message would reach now."""
    people = active_annotators(study)
    if audience == Audience.CHOSEN:
        people = people.filter(code__in=codes)
    found = [*people.select_related("study")]
    if audience == Audience.UNFINISHED:
        stands = zip(found, progress_of_all(found), strict=True)
        found = [one for one, progress in stands if not progress.has_done_all]
    return found


def messages_of(study: Study) -> QuerySet[StudyMessage]:
    """What was written, newest first, with how many got and read it, and who."""
    receipts = MessageReceipt.objects.select_related("membership").order_by(
        "membership__code"
    )
    return (
        study.messages.select_related("created_by", "study")
        .annotate(
            sent_count=Count("receipts"),
            read_count=Count("receipts", filter=Q(receipts__read_at__isnull=False)),
        )
        .prefetch_related(Prefetch("receipts", receipts))
    )


def unread_messages(memberships: Sequence[Membership]) -> dict[int, list[StudyMessage]]:
    """By study: what its annotator has yet to read, the oldest first (one query)."""
    receipts = (
        MessageReceipt.objects.filter(
            membership__in=memberships, read_at=None, message__withdrawn_at=None
        )
        .select_related("message")
        .order_by("message__created_at", "message__pk")
    )
    found: dict[int, list[StudyMessage]] = {}
    for receipt in receipts:
        found.setdefault(receipt.message.study_id, []).append(receipt.message)
    return found
