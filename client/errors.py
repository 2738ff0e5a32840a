"""What can go wrong between a program and the platform."""

from collections.abc import Sequence


class ApiError(Exception):
    """The platform didn't do what was asked; the message is its own.

    Attributes:
        status: HTTP status of the answer; 0 if there was none.
        detail: What happened.
        reasons: What is in the way or wrong, one sentence each.
    """

    def __init__(self, status: int, detail: str, reasons: Sequence[str] = ()) -> None:
        super().__init__("\n- ".join([detail, *reasons]))
        self.status = status
        self.detail = detail
        self.reasons = tuple(reasons)


class NotAllowedError(ApiError):
    """401 or 403: the token is wrong or has ended, or may not do this."""


class NotFoundError(ApiError):
    """404: nothing that the token's owner may see has this address."""


class RefusedError(ApiError):
    """400 or 409: values that can't be used, or a rule that forbids it."""


class TookTooLongError(Exception):
    """Something was waited for longer than the program wanted; it may still go on."""


_KINDS: dict[int, type[ApiError]] = {
    400: RefusedError,
    401: NotAllowedError,
    403: NotAllowedError,
    404: NotFoundError,
    409: RefusedError,
}


def error_of(status: int, detail: str, reasons: Sequence[str]) -> ApiError:
    """The error that an answer stands for."""
    return _KINDS.get(status, ApiError)(status, detail, reasons)
