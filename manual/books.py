"""The pages of `docs/`: what there is, in which order, and their HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Shelf:
    """Pages for one purpose, by their names in `docs/`."""

    title: Promise
    pages: tuple[str, ...]


SHELVES = (
    Shelf(_("Run a study"), ("running-a-study", "corpus", "protocol", "languages")),
    Shelf(_("Read the results"), ("metrics", "judge", "preferences", "thinking")),
    Shelf(
        _("Let models write"),
        ("generation-rounds", "generation", "mimic-chat", "training"),
    ),
    Shelf(
        _("Programs and servers"),
        ("api", "operations", "security", "reliability", "scale"),
    ),
    Shelf(_("How it is made"), ("architecture", "data-model")),
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A part of a page: its anchor, and its words."""

    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its title, its second-level headings, and its HTML."""

    name: str
    title: str
    headings: tuple[Heading, ...]
    html: SafeString


def folder() -> Path:
    """Where the documentation lies."""
    return Path(settings.SHIPPED) / "docs"


def known_pages() -> list[str]:
    """The names of the pages that are here, as the shelves list them."""
    names = [name for shelf in SHELVES for name in shelf.pages]
    return [name for name in names if (folder() / f"{name}.md").is_file()]


def page_called(name: str) -> Page | None:
    """The page of this name, or None."""
    if name not in known_pages():
        return None
    return _read(folder() / f"{name}.md")


def picture_called(name: str) -> Path | None:
    """A picture that a page shows, or None."""
    if not re.fullmatch(r"[a-z0-9-]+\.png", name):
        return None
    path = folder() / "images" / name
    return path if path.is_file() else None


def anchor_of(text: str) -> str:
    """What a heading is called in links, as on GitHub."""
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


@lru_cache(maxsize=32)
def _read(path: Path) -> Page:
    # Nothing of docs/ changes while the platform runs.
    tokens = _MARKDOWN.parse(path.read_text(encoding="utf-8"))
    title, headings = path.stem, []
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        words = _plain(inline)
        opening.attrSet("id", anchor_of(words))
        if opening.tag == "h1":
            title = words
        if opening.tag == "h2":
            headings.append(Heading(anchor_of(words), words))
    for token in tokens:
        token.attrs.pop("style", None)  # alignment; the security policy forbids it
        _aim(token.children or [])
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return Page(path.stem, title, tuple(headings), SafeString(html))


# The texts are ours; HTML in them is shown as text all the same.
_MARKDOWN = MarkdownIt("js-default")


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [])


def _aim(children: list[Token]) -> None:
    """Let links and pictures lead to the pages here; other files have none."""
    is_dropped = False
    for token in children:
        if token.type == "link_open":
            address = _address(str(token.attrGet("href") or ""))
            is_dropped = address is None
            token.attrSet("href", address or "")
        elif token.type == "image":
            name = Path(str(token.attrGet("src") or "")).name
            token.attrSet("src", reverse("manual:picture", args=[name]))
            token.attrSet("loading", "lazy")
        if token.type in ("link_open", "link_close") and is_dropped:
            is_dropped = token.type == "link_open"
            token.type, token.tag, token.nesting, token.content = "text", "", 0, ""


def _address(link: str) -> str | None:
    parts = urlsplit(link)
    if parts.scheme or not parts.path:
        return link
    path = Path(parts.path)
    if path.suffix != ".md" or path.stem not in known_pages():
        return None
    anchor = f"#{parts.fragment}" if parts.fragment else ""
    return reverse("manual:page", args=[path.stem]) + anchor


# Where people find more about the page that they are on: the longest beginning of the
# view's name that is listed.
TOPICS: Mapping[str, str] = {
    "accounts:": "operations#people",
    "accounts:token": "api",
    "analysis:": "metrics",
    "analysis:artefacts": "generation-rounds#artefacts",
    "analysis:compare": "metrics#two-studies",
    "analysis:downloads": "metrics#download-and-reproduce",
    "analysis:judge": "judge",
    "analysis:plan": "metrics#plan-a-study",
    "analysis:preferences": "preferences",
    "analysis:registration": "running-a-study#3-create-the-study",
    "analysis:study_plan": "metrics#plan-a-study",
    "annotation:": "running-a-study",
    "annotation:study_comments": "running-a-study#4-import-the-models-comments",
    "annotation:study_create": "running-a-study#3-create-the-study",
    "annotation:study_import": "running-a-study#4-import-the-models-comments",
    "annotation:study_invitations": "running-a-study#5-seal-open-invite",
    "annotation:study_people": "running-a-study#6-watch-and-read-the-result",
    "annotation:study_preparation": "running-a-study#3-create-the-study",
    "annotation:study_readiness": "running-a-study#4-import-the-models-comments",
    "annotation:study_settings": "running-a-study#3-create-the-study",
    "annotation:study_sources": "running-a-study#4-import-the-models-comments",
    "annotation:study_texts": "running-a-study#3-create-the-study",
    "annotation:study_videos": "running-a-study#2-choose-the-videos",
    "annotation:study_ways_out": "running-a-study#endings",
    "corpus:": "corpus",
    "corpus:import": "running-a-study#1-import-the-videos",
    "corpus:selection": "corpus#engagement-and-selection",
    "corpus:table": "corpus#what-else-can-be-imported",
    "generation:": "generation-rounds",
    "generation:models": "generation",
    "judges:": "judge#ask-a-model",
    "operations:": "operations#the-operations-page",
    "thinking:": "thinking",
}


def topic_of(view_name: str) -> str:
    """The page, and the part of it after a #, that tells about a view; or nothing."""
    fitting = [start for start in TOPICS if view_name.startswith(start)]
    return TOPICS[max(fitting, key=len)] if fitting else ""
