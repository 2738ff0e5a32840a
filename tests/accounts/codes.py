"""An authenticator app (RFC 6238), as a phone has one."""

import base64
import hashlib
import hmac
import struct
import time


def code_of(secret: str, *, steps: int = 0) -> str:
    """The six digits that the app shows, so many half minutes from now."""
    counter = int(time.time()) // 30 + steps
    digest = hmac.digest(
        base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1
    )
    at = digest[-1] & 0x0F
    (number,) = struct.unpack(">I", digest[at : at + 4])
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"
