"""What can go wrong in the blind comment test, in words for the person."""

from django.utils.translation import gettext as _


class AnnotationError(Exception):
    """A rule of the protocol forbids what was asked; the message says what to do."""


class StudyNotReadyError(AnnotationError):
    """The study is not ready for this transition; `reasons` lists what is missing."""

    def __init__(self, message: str, reasons: list[str] | None = None) -> None:
        super().__init__(message)
        self.reasons = reasons or []


class InvitationUnusableError(AnnotationError):
    """The link lets nobody in (any more).

    `reason` is the `EndReason` where the study ends here for the person; empty where
    they can still do something about it.
    """

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class OtherDeviceError(AnnotationError):
    """A crowd participant is known to the study, but not from this device."""


class NoBatchLeftError(AnnotationError):
    """Every batch is taken, or the annotator has had them all."""


class StudyNotOpenError(AnnotationError):
    """The study gives out no work now: not begun, paused or closed."""


class StageMissingError(AnnotationError):
    """Consent, comprehension check or training comes before the next batch."""


class AssignmentLockedError(AnnotationError):
    """The assignment is submitted: its answers no longer change."""


class WorkEndedError(AssignmentLockedError):
    """The study is closed, its video withdrawn, or its annotator out of the study."""


class PlaceLostError(AnnotationError):
    """The lease ran out and somebody else holds the place now."""


class IncompleteBatchError(AnnotationError):
    """Some comments have no full answer yet; `positions` lists them."""

    def __init__(self, message: str, positions: list[int]) -> None:
        super().__init__(message)
        self.positions = positions


class MalformedAnswersError(AnnotationError):
    """What the page sent is no answer; nothing was stored. `reasons` says which."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(
            _("Your answers were not saved: %(reasons)s.")
            % {"reasons": "; ".join(reasons)}
        )
        self.reasons = reasons


class VideoNotPlayedError(AnnotationError):
    """The study asks for more of the video to be played before submitting."""
