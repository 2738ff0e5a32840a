"""Texts that were kept in English, in the reader's language."""

from django.utils.translation import gettext, ngettext

from pages.phrases import Phrase


def localised(text: str) -> str:
    """A phrase in the active language; any other text, such as a name, as it is."""
    if not isinstance(text, Phrase):
        return text
    if text.plural:
        pattern = ngettext(text.pattern, text.plural, text.number)
    else:
        pattern = known_text(text.pattern)
    values = {name: _localised(value) for name, value in text.values.items()}
    return pattern % values if values else pattern


def _localised(value: object) -> object:
    return localised(value) if isinstance(value, str) else value


def known_text(text: str) -> str:
    """One of our own texts that was kept as a string, in the active language."""
    # Asked for the empty text, gettext answers with the catalogue's own header.
    return gettext(text) if text else ""
