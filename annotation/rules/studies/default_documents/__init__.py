"""The texts that a new study starts with; researchers edit them to fit their study."""

from pathlib import Path

from django.conf import settings

from annotation.models import DocumentKind

_FOLDER = Path(__file__).parent


def default_document(kind: DocumentKind, language: str = "") -> str:
    """The text, in Markdown, in the study's language; in English without one."""
    own = _FOLDER / f"{kind.value}.{language}.md"
    path = own if language and own.exists() else _FOLDER / f"{kind.value}.md"
    return path.read_text(encoding="utf-8")


def in_language(kind: DocumentKind, text: str, language: str) -> str:
    """A text that nobody edited in the study's language; any other as it is."""
    codes = ["", *dict(settings.LANGUAGES)]
    defaults = {_stripped(default_document(kind, code)) for code in codes}
    return default_document(kind, language) if _stripped(text) in defaults else text


def _stripped(text: str) -> str:
    """Without what a form changes: line ends, and the space around the text."""
    return "\n".join(text.strip().splitlines())
