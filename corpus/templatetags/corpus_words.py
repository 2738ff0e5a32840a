"""Codes of the corpus in words."""

from django import template

from corpus.cleaning import UnusableReason

register = template.Library()

_UNUSABLE = {
    UnusableReason.EMPTY: "nothing to see",
    UnusableReason.NO_LETTER_OR_EMOJI: "no letter or emoji",
    UnusableReason.BARE_LINK: "only a link",
    UnusableReason.BARE_MENTION: "only a mention",
    UnusableReason.DUPLICATE: "a repeat",
}


@register.filter
def unusable_words(reason: str) -> str:
    """Why a comment cannot stand in a batch."""
    return _UNUSABLE[UnusableReason(reason)]
