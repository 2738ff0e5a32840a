"""What can go wrong while the embedded services run, in words for the person there."""


class EmbeddedError(Exception):
    """The message says what happened and what to do; no traceback is needed."""
