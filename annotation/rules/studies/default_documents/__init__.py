"""Texts that a new study starts with; a researcher changes them to fit."""

from pathlib import Path

from annotation.models import DocumentKind


def default_document(kind: DocumentKind) -> str:
    """The text, in Markdown, that stands in the form of a new study."""
    return (Path(__file__).parent / f"{kind.value}.md").read_text(encoding="utf-8")
