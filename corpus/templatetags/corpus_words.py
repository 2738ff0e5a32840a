"""Codes of the corpus in words."""

from django import template
from django.utils.translation import gettext_lazy as _

from corpus.cleaning import UnusableReason

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


@register.filter
def unusable_words(reason: str) -> str:
    """Why a comment can't be used in a batch."""
    return str(_UNUSABLE[UnusableReason(reason)])
