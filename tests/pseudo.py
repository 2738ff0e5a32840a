"""A language that nobody speaks: our texts in Hebrew letters, right to left."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from django.test import override_settings

from pages.translations import extracted

ROOT: Final = Path(__file__).resolve().parents[1]
CODE: Final = "he"

# What a translation keeps: placeholders, tags, entities.
_KEPT: Final = re.compile(r"(%\(\w+\)\w|%\w|%%|\{[^}]*\}|<[^>]+>|&\w+;)")
_LETTERS: Final = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz", "אבגדהוזחטיכלמנסעפצקרשתבגהל"
)


@contextmanager
def right_to_left(folder: Path) -> Iterator[None]:
    """While it lasts, the language can be chosen; its catalogue lies in the folder."""
    from django.conf import settings

    path = folder / CODE / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, _catalogue())
    languages = [*settings.LANGUAGES, (CODE, "עברית")]
    with override_settings(LANGUAGES=languages, LOCALE_PATHS=[folder]):
        yield


@cache
def _catalogue() -> Catalog:
    catalogue = Catalog(locale=CODE, fuzzy=False)
    for message in extracted(ROOT):
        if message.id:
            catalogue.add(message.id, _in_letters(message), context=message.context)
    return catalogue


def _in_letters(message: Message) -> str | list[str]:
    if isinstance(message.id, str):
        return _pseudo(message.id)
    one, many = message.id
    return [_pseudo(one), *[_pseudo(many)] * 3]


def _pseudo(text: str) -> str:
    parts = _KEPT.split(text)
    return "".join(
        part if index % 2 else part.lower().translate(_LETTERS)
        for index, part in enumerate(parts)
    )
