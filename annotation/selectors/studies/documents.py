"""The texts of a study."""

from django.utils.safestring import SafeString

from annotation.models import DocumentKind, Membership, Study, StudyDocument
from annotation.rules.studies.markdown import render_markdown
from annotation.rules.studies.wording import filled


def newest_documents(study: Study) -> list[StudyDocument]:
    """The newest version of each kind of text that the study has, by kind."""
    return [
        *StudyDocument.objects.filter(study=study)
        .order_by("kind", "-version")
        .distinct("kind")
    ]


def guidelines_of(membership: Membership) -> StudyDocument | None:
    """The guidelines as agreed to, or the newest ones before that."""
    if membership.guidelines:
        return membership.guidelines
    written = StudyDocument.objects.filter(
        study=membership.study, kind=DocumentKind.GUIDELINES
    )
    return written.order_by("-version").first()


def guidelines_html(membership: Membership) -> SafeString:
    """The same as a page shows them; empty without any."""
    document = guidelines_of(membership)
    text = document.text if document else ""
    return render_markdown(filled(text, membership.study.instrument))


def missing_kinds(study: Study) -> list[DocumentKind]:
    """The kinds of text that the study has no version of yet."""
    written = {document.kind for document in newest_documents(study)}
    return [kind for kind in DocumentKind if kind not in written]
