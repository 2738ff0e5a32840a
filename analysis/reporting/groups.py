"""The groups in which papers list sources: people, proprietary, open, and our own."""

import re
from enum import Enum

from analysis.reporting.published import BLIND_TEST, PublishedSource
from analysis.reporting.results import SourceResult
from pages.phrases import phrase as _


class Group(Enum):
    """A group of sources, in the order of the paper's table, with its heading."""

    PEOPLE = _("Human")
    PROPRIETARY = _("Proprietary models")
    OPEN = _("Open models")
    OURS = _("Ours")


_OURS = re.compile(r"mimic[-_ ]?chat", re.IGNORECASE)
# Families whose weights nobody can download, by how their names begin.
_PROPRIETARY = re.compile(
    r"(chatgpt|gpt-?[1-9]|o[1-9]\b|gemini|claude|grok|qwen-vl-(max|plus)|doubao|reka)",
    re.IGNORECASE,
)
# What the papers call a source, by how its name may begin here.
_PRINTED = {
    "MIMIC-Chat": re.compile(r"mimic[-_ ]?chat([-_ ]?8b)?$", re.IGNORECASE),
    "Video-ChatGPT": re.compile(r"video-?chatgpt", re.IGNORECASE),
    "Video-LLaVA": re.compile(r"video-?llava", re.IGNORECASE),
}
_PEOPLE = "Human comments"


def group_of(source: SourceResult) -> Group:
    """The group of a source, by its origin and its name in the data."""
    if source.is_human:
        return Group.PEOPLE
    if _OURS.match(source.name):
        return Group.OURS
    return Group.PROPRIETARY if _PROPRIETARY.match(source.name) else Group.OPEN


def published_of(source: SourceResult) -> PublishedSource | None:
    """What the papers print of the same source; None where they print nothing."""
    printed = {one.name: one for one in BLIND_TEST}
    if source.is_human:
        return printed[_PEOPLE]
    called = (name for name, known in _PRINTED.items() if known.match(source.name))
    return printed.get(next(called, ""))
