"""Flags in words, for pages."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generation.flags import Flag


class FlagText(NamedTuple):
    """What a flag is called, and what it says of a comment."""

    label: str | Promise
    meaning: str | Promise


FLAG_TEXTS: Mapping[str, FlagText] = {
    Flag.EMPTY: FlagText(_("Empty"), _("no words were left after cleaning")),
    Flag.REFUSAL: FlagText(_("Refusal"), _("declines to comment")),
    Flag.AS_AN_AI: FlagText(
        _("Says it is an AI"), _("calls itself an AI or a language model")
    ),
    Flag.PROMPT_ECHO: FlagText(_("Echo"), _("repeats the words of the prompt")),
    Flag.DESCRIPTION: FlagText(
        _("Description"), _('opens with "The video shows" or similar words')
    ),
    Flag.OTHER_LANGUAGE: FlagText(
        _("Other language"), _("is not in the language that was asked for")
    ),
    Flag.REPEATED: FlagText(
        _("Repeated"), _("the model wrote the same comment about another video")
    ),
    Flag.SEVERAL: FlagText(_("Several"), _("the answer listed several comments")),
    Flag.LOOPING: FlagText(_("Looping"), _("says the same words over and over")),
    Flag.CUT: FlagText(
        _("Cut off"),
        _("the end is missing: the model ran out of tokens"),
    ),
    Flag.BROKEN: FlagText(
        _("Broken characters"),
        _("contains a damaged character, or one that no font can show"),
    ),
}
