"""The texts that annotators read first: each change is a new version."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import DocumentKind, Study, StudyDocument
from annotation.services.studies.events import record_event
from annotation.services.studies.locks import NOT_CLOSED, lock_study


@transaction.atomic
def add_document(
    *, study: Study, kind: DocumentKind, text: str, actor: User | None
) -> StudyDocument:
    """Add a version of the guidelines or the consent text; the newest one is shown.

    The newest version is given back unchanged when the text is the same.

    Raises:
        AnnotationError: the text is empty, or the study is closed.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        msg = _("%(text)s: the text is empty. Write what annotators should read.") % {
            "text": kind.label
        }
        raise AnnotationError(msg)
    lock_study(study, *NOT_CLOSED)
    newest = study.documents.filter(kind=kind).order_by("-version").first()
    if newest is not None and newest.text == text:
        return newest
    version = newest.version + 1 if newest else 1
    document = StudyDocument.objects.create(
        study=study, kind=kind, version=version, text=text
    )
    record_event(
        study=study,
        actor=actor,
        action="document added",
        kind=kind.value,
        version=version,
    )
    return document
