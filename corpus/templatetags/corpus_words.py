"""Codes of the corpus in words."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from corpus.cleaning import UnusableReason
from corpus.comment_style import Style
from pages.localising import localised
from pages.phrases import phrase_from_json

register = template.Library()

_UNUSABLE = {
    UnusableReason.EMPTY: _("nothing to see"),
    UnusableReason.NO_LETTER_OR_EMOJI: _("no letter or emoji"),
    UnusableReason.BARE_LINK: _("only a link"),
    UnusableReason.BARE_MENTION: _("only a mention"),
    UnusableReason.TOO_LONG: _("too long"),
    UnusableReason.WRAPPED: _("starts with a bullet, number or label, or has markup"),
    UnusableReason.DUPLICATE: _("duplicate"),
}


_STYLES = {
    Style.IRONIC: _("ironic"),
    Style.RHETORICAL: _("rhetorical"),
    Style.INQUISITIVE: _("inquisitive"),
    Style.ASSOCIATIVE: _("associative"),
    Style.EXCLAMATORY: _("exclamatory"),
    Style.EXPRESSIVE: _("expressive"),
    Style.DECLARATIVE: _("declarative"),
}


@register.filter
def style_words(style: str) -> str:
    """What a style of comments is called."""
    return str(_STYLES[Style(style)])


@register.filter
def reason_words(error: Mapping[str, Any]) -> str:
    """Why a line of an import was rejected (`corpus.importing.uploads.Refusals`)."""
    return localised(phrase_from_json(error["words"]))


@register.filter
def unusable_words(reason: str) -> str:
    """Why a comment can't be used in a batch."""
    return str(_UNUSABLE[UnusableReason(reason)])
