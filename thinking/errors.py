"""What can go wrong with item builds and their replies."""


class ThinkingError(Exception):
    """Base of this package's errors; the message says what to do."""


class BuildIsSealedError(ThinkingError):
    """A sealed build does not change, and is not sealed again."""


class SealNeedsReasonError(ThinkingError):
    """A build whose items can be answered without the video, sealed without a word."""


class NoItemsError(ThinkingError):
    """The videos yield no item."""


class NotSealedError(ThinkingError):
    """Only the items of a sealed build are answered: others may still go."""


class RepliesError(ThinkingError):
    """A file of replies that cannot be imported, or a run that cannot be changed so."""


class RunError(ThinkingError):
    """A model that can't be asked so, or a run that can't be changed any more."""
