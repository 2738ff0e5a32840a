"""The catalogues of locale/: what the sources say, and what is translated.

Written in Python (Babel, of the development environment), so that it works where GNU
gettext is not installed. The compiled catalogues are committed: an installation needs
neither.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.utils.translation import to_locale
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

# Where people's texts are; tests and generated files have none.
FOLDERS: Final = (
    "accounts", "analysis", "annotation", "config", "corpus", "demo", "generation",
    "judges", "pages", "tasks", "templates", "thinking",
)  # fmt: skip

# What annotators see: complete in every language, or the check fails.
ANNOTATORS_SOURCES: Final = (
    "accounts/*.py", "accounts/single_sign_on/*.py", "accounts/emails/*.py",
    "annotation/instrument.py",
    "annotation/models/problems.py",
    "annotation/forms/judging/*.py",
    "annotation/forms/people/consent.py", "annotation/forms/people/crowd.py",
    "annotation/forms/people/leaving.py",
    "annotation/rules/studies/pace.py",
    "annotation/rules/studies/ways_out.py",
    "annotation/rules/studies/wording.py",
    "annotation/selectors/judging/*.py",
    "annotation/selectors/people/marks.py",
    "thinking/services/giving.py", "thinking/services/person_answers.py",
    "thinking/views/sheets.py",
    "annotation/services/judging/*.py",
    "annotation/services/people/consent.py", "annotation/services/people/crowd.py",
    "annotation/services/people/invitations.py",
    "annotation/templatetags/judging.py",
    "annotation/views/judging/*.py",
    "annotation/views/people/consent.py", "annotation/views/people/crowd.py",
    "annotation/views/people/joining.py",
    "annotation/views/people/leaving.py",
    "config/errors.py", "pages/errors.py", "pages/templatetags/*.py",
    "templates/*.html",
    "templates/accounts/_logged_out.html", "templates/accounts/login.html",
    "templates/accounts/single_sign_on/*.html", "templates/accounts/emails/*",
    "templates/accounts/password.html", "templates/accounts/password_done.html",
    "templates/accounts/password_reset*", "templates/accounts/password_set*.html",
    "templates/annotation/judging/*.html",
    "templates/annotation/people/consent.html",
    "templates/annotation/people/_offer.html",
    "templates/annotation/people/_resume.html",
    "templates/annotation/people/crowd_return.html",
    "templates/annotation/people/guidelines.html",
    "templates/annotation/people/join*.html",
    "templates/annotation/people/leave.html",
    "templates/annotation/people/left.html",
    "templates/annotation/people/other_device.html",
    "templates/thinking/people/_item.html", "templates/thinking/people/_notices.html",
    "templates/thinking/people/_question.html", "templates/thinking/people/_saved.html",
    "templates/thinking/people/sheet.html",
)  # fmt: skip

KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_HEADER: Final = """\
# What MIMIC-Bench says to people. How to change it: docs/languages.md.
#"""


def update(root: Path, language: str) -> None:
    """Bring a language's catalogue up to date with the sources, and compile it."""
    folder = _folder(root, language)
    folder.mkdir(parents=True, exist_ok=True)
    text = _updated(root, language)
    (folder / "django.po").write_bytes(text)
    (folder / "django.mo").write_bytes(_compiled(text))


def faults(root: Path, language: str) -> Iterator[str]:
    """What is wrong with a language's catalogue, one line each."""
    folder = _folder(root, language)
    source = (folder / "django.po").read_bytes()
    if source != _updated(root, language):
        yield f"{language}: the catalogue is older than the sources"
    elif (folder / "django.mo").read_bytes() != _compiled(source):
        yield f"{language}: the compiled catalogue is older than the catalogue"
    for message in _read(source):
        if message.id and (fault := _fault(message)):
            yield f"{language}: {fault}: {message.id!r}"


def _fault(message: Message) -> str:
    """Why an entry can't be used; an untranslated one may be, outside the domain."""
    if any(message.check()):
        return "the placeholders differ"
    if not any(_is_for_annotators(path) for path, _ in message.locations):
        return ""
    parts = message.string if isinstance(message.string, tuple) else [message.string]
    if message.fuzzy:
        return "fuzzy, and annotators see it"
    return "" if all(parts) else "not translated, and annotators see it"


def _is_for_annotators(path: str) -> bool:
    return any(
        fnmatch(path, pattern) and path.count("/") == pattern.count("/")
        for pattern in ANNOTATORS_SOURCES
    )


def _updated(root: Path, language: str) -> bytes:
    """The text of the catalogue as it should be: the sources' entries, in order."""
    from babel.messages.pofile import write_po

    path = _folder(root, language) / "django.po"
    catalogue = _read(path.read_bytes()) if path.exists() else _empty(language)
    wanted = extracted(root)
    wanted.creation_date = catalogue.creation_date
    catalogue.update(wanted, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    file = io.BytesIO()
    write_po(file, catalogue, width=88, sort_by_file=True, include_lineno=False)
    return file.getvalue()


def _empty(language: str) -> Catalog:
    from babel.messages.catalog import Catalog

    return Catalog(
        locale=to_locale(language),
        header_comment=_HEADER,
        project="MIMIC-Bench",
        version="1",
        last_translator="MIMIC-Bench",
        language_team="MIMIC-Bench",
        fuzzy=False,
    )


def _read(text: bytes) -> Catalog:
    from babel.messages.pofile import read_po

    return read_po(io.BytesIO(text))


def _compiled(text: bytes) -> bytes:
    from babel.messages.mofile import write_mo

    file = io.BytesIO()
    write_mo(file, _read(text))
    return file.getvalue()


def extracted(root: Path) -> Catalog:
    """Every text of the sources that goes through gettext."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract

    catalogue = Catalog(fuzzy=False)
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        for chunk in _chunks(path, name):
            found = extract("python", io.BytesIO(chunk), KEYWORDS)
            for _, message, _, context in found:
                catalogue.add(message, locations=[(name, 0)], context=context)
    return catalogue


def sources(root: Path) -> Iterable[Path]:
    for folder in FOLDERS:
        # Mails are plain text.
        for pattern in ("*.py", "*.html", "*.txt"):
            yield from sorted((root / folder).rglob(pattern))


def _chunks(path: Path, name: str) -> Iterable[bytes]:
    """Python for the extractor: a module, or the lines of a template turned into it."""
    if path.suffix == ".py":
        return [path.read_bytes()]
    lines = templatize(path.read_text(), origin=name).splitlines()
    return [line.strip().encode() for line in lines if "(" in line]


def _folder(root: Path, language: str) -> Path:
    return root / "locale" / to_locale(language) / "LC_MESSAGES"
