"""Agreeing to the texts of a study; the versions agreed to are stored."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.errors import StageMissingError
from annotation.models import DocumentKind, Membership, StudyDocument
from annotation.selectors.studies.documents import newest_documents


@transaction.atomic
def agree_to_documents(
    *, membership: Membership, versions: Mapping[DocumentKind, int]
) -> None:
    """Store that the annotator read the guidelines and agreed to the consent text.

    Args:
        membership: the annotator's own, with its study at hand.
        versions: the version of each text that the annotator was shown.

    Raises:
        StageMissingError: a text changed since it was shown, or was not shown at all.
    """
    newest = newest_documents(membership.study)
    for document in newest:
        if versions.get(DocumentKind(document.kind)) != document.version:
            msg = _("%(text)s: this text has changed. Please read it again.") % {
                "text": document.get_kind_display()
            }
            raise StageMissingError(msg)
        _agree(membership, document)
    membership.consented_at = timezone.now()
    membership.declined_at = None
    membership.save(
        update_fields=["guidelines", "consent", "consented_at", "declined_at"]
    )


@transaction.atomic
def decline_documents(*, membership: Membership) -> None:
    """Store that the annotator doesn't agree; they can still change their mind."""
    Membership.objects.filter(pk=membership.pk).update(declined_at=timezone.now())


def _agree(membership: Membership, document: StudyDocument) -> None:
    if document.kind == DocumentKind.GUIDELINES:
        membership.guidelines = document
    else:
        membership.consent = document
