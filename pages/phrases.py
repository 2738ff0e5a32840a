"""Texts for people: English here, in the reader's language where a page shows them.

What computes a report or reads a file knows no Django, so it can't translate. It keeps
a text together with what fills it. Files and the command line use the English text that
a phrase is; `pages/localising.py` translates it for pages.
"""

from collections.abc import Mapping
from typing import Any, Self


class Phrase(str):
    """An English text that pages can translate.

    Attributes:
        pattern: The text as the catalogues know it, with %(name)s for each value.
        plural: The same for any number but 1; empty where nothing is counted.
        number: What is counted.
        values: What fills the pattern, by name; may be phrases themselves.
    """

    pattern: str
    plural: str
    number: int
    values: Mapping[str, object]

    def __new__(
        cls, pattern: str, plural: str, number: int, values: Mapping[str, object]
    ) -> Self:
        """Fill the pattern; one without values may hold a bare percent sign."""
        chosen = plural if plural and number != 1 else pattern
        made = super().__new__(cls, chosen % values if values else chosen)
        made.pattern, made.plural = pattern, plural
        made.number, made.values = number, values
        return made


def phrase(pattern: str, /, **values: object) -> Phrase:
    """A text; import it as `_`, so that the catalogues find the pattern."""
    return Phrase(pattern, "", 1, values)


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> Phrase:
    """A text about %(number)s things."""
    return Phrase(singular, plural, number, {"number": number, **values})


def sentences(*parts: str) -> Phrase:
    """Whole sentences one after the other; empty ones are left out."""
    given = {f"part{number}": part for number, part in enumerate(filter(None, parts))}
    return Phrase(" ".join(f"%({name})s" for name in given), "", 1, given)


def phrase_as_json(text: str) -> dict[str, Any]:
    """What `phrase_from_json` needs to make a text again; values must be storable."""
    if not isinstance(text, Phrase):
        return {"text": text}
    values = {
        name: phrase_as_json(value) if isinstance(value, Phrase) else value
        for name, value in text.values.items()
    }
    return {
        "pattern": text.pattern,
        "plural": text.plural,
        "number": text.number,
        "values": values,
    }


def phrase_from_json(stored: Mapping[str, Any]) -> str:
    """The text that was stored."""
    if "text" in stored:
        return str(stored["text"])
    values = {
        name: phrase_from_json(value) if isinstance(value, Mapping) else value
        for name, value in stored["values"].items()
    }
    return Phrase(stored["pattern"], stored["plural"], stored["number"], values)
