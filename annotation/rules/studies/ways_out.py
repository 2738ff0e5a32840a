"""Why a person's way through a study ends, and what they are told by default."""

from enum import StrEnum
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotation.models import WayOutKind


class EndReason(StrEnum):
    """Why somebody's way ends here; each belongs to one kind of way out."""

    DONE_ALL = "done all"
    NOTHING_LEFT = "nothing left"
    NOT_UNDERSTOOD = "not understood"
    EXCLUDED = "excluded"
    DECLINED = "declined"
    NO_PLACE = "no place"
    LINK_FULL = "link full"
    TIME_RAN_OUT = "time ran out"
    CLOSED = "closed"
    JOINED_TOO_LATE = "joined too late"
    LINK_EXPIRED = "link expired"
    LINK_REVOKED = "link revoked"

    @property
    def kind(self) -> WayOutKind:
        return _WORDS[self].kind

    @property
    def heading(self) -> Promise:
        return _WORDS[self].heading

    @property
    def text(self) -> Promise:
        """What happened, and what can be done."""
        return _WORDS[self].text


class _Words(NamedTuple):
    kind: WayOutKind
    heading: Promise
    text: Promise


_THANKS: Final = _("Thank you")
_IS_FULL: Final = _("This study is full")
_IS_OVER: Final = _("This study has ended")
_IS_OVER_LINK: Final = _("You can't join with this link")

_WORDS: Final = {
    EndReason.DONE_ALL: _Words(
        WayOutKind.COMPLETED,
        _THANKS,
        _("You have judged every batch that was assigned to you."),
    ),
    EndReason.NOTHING_LEFT: _Words(
        WayOutKind.COMPLETED,
        _THANKS,
        _(
            "You are done: other annotators have taken the remaining batches. More "
            "work may become available; you can check back later."
        ),
    ),
    EndReason.NOT_UNDERSTOOD: _Words(
        WayOutKind.SCREENED_OUT,
        _("You can't take part in this study"),
        _(
            "You have used both attempts at the comprehension check, so you can't take "
            "part in this study. Thank you for your time."
        ),
    ),
    EndReason.EXCLUDED: _Words(
        WayOutKind.SCREENED_OUT,
        _("Your part in the study has ended"),
        _("Your part in the study has ended. Thank you for your work."),
    ),
    EndReason.DECLINED: _Words(
        WayOutKind.NO_CONSENT,
        _("You chose not to take part"),
        _(
            "You won't be asked to judge anything. If you change your mind, read the "
            "texts again and agree to them."
        ),
    ),
    EndReason.NO_PLACE: _Words(
        WayOutKind.FULL,
        _IS_FULL,
        _(
            "All places are taken, so there is nothing for you to judge right now. A "
            "place may become available again; you can check back later."
        ),
    ),
    EndReason.LINK_FULL: _Words(
        WayOutKind.FULL,
        _IS_FULL,
        _("This invitation is full. No more people can join with it."),
    ),
    EndReason.TIME_RAN_OUT: _Words(
        WayOutKind.ENDED,
        _("Your time ran out"),
        _(
            "Your batch was given to another annotator after a long time without an "
            "answer, and no other batch is available. Thank you for your time."
        ),
    ),
    EndReason.CLOSED: _Words(
        WayOutKind.ENDED,
        _IS_OVER,
        _("The study is closed. Thank you for your work."),
    ),
    EndReason.JOINED_TOO_LATE: _Words(
        WayOutKind.ENDED,
        _IS_OVER,
        _("This study has ended. No more people can join it."),
    ),
    EndReason.LINK_EXPIRED: _Words(
        WayOutKind.ENDED,
        _IS_OVER_LINK,
        _("This invitation has expired. No more people can join with it."),
    ),
    EndReason.LINK_REVOKED: _Words(
        WayOutKind.ENDED,
        _IS_OVER_LINK,
        _("This invitation was revoked. No more people can join with it."),
    ),
}
