"""The texts of a study."""

from annotation.models import DocumentKind, Study, StudyDocument


def newest_documents(study: Study) -> list[StudyDocument]:
    """The newest version of each kind of text that the study has, by kind."""
    return [
        *StudyDocument.objects.filter(study=study)
        .order_by("kind", "-version")
        .distinct("kind")
    ]


def missing_kinds(study: Study) -> list[DocumentKind]:
    """The kinds of text that the study has no version of yet."""
    written = {document.kind for document in newest_documents(study)}
    return [kind for kind in DocumentKind if kind not in written]
