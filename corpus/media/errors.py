"""Why a media file could not be used, as a stable code and a sentence."""

from enum import StrEnum


class MediaErrorCode(StrEnum):
    """Every reason that a file is refused; stored with the video and shown."""

    # The file itself.
    MISSING = "missing"
    EMPTY = "empty"
    TEXT = "text"
    SVG = "svg"
    PICTURE = "picture"
    UNREADABLE = "unreadable"
    INDEX_MISSING = "index_missing"
    NO_PICTURE = "no_picture"
    NO_DECODER = "no_decoder"
    TOO_LARGE = "too_large"
    TOO_SHORT = "too_short"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    # The process that read it.
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    DECODER_CRASHED = "decoder_crashed"
    BAD_REPLY = "bad_reply"
    WRITE_FAILED = "write_failed"

    @property
    def is_permanent(self) -> bool:
        """Whether the same file would be refused again."""
        return self not in _PASSING


# Not about the bytes of the file. Everything else is: it would be found again.
_PASSING = frozenset(
    {
        # The file may come: a disk that is not mounted yet, a copy under way.
        MediaErrorCode.MISSING,
        # Another load of the machine gives the decoder more time and memory.
        MediaErrorCode.TIMEOUT,
        MediaErrorCode.OUT_OF_MEMORY,
        # The process was killed from outside, or its words were cut off.
        MediaErrorCode.DECODER_CRASHED,
        MediaErrorCode.BAD_REPLY,
        # The disk was full or read-only.
        MediaErrorCode.WRITE_FAILED,
    }
)


class MediaError(Exception):
    """A file that cannot be used, or a decoder that did not survive it.

    Attributes:
        code: The reason, stable across releases.
        message: One sentence for a person: what is wrong and what to do.
        detail: What the decoding process last said; for logs, may be empty.
    """

    def __init__(self, code: MediaErrorCode, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail = detail
