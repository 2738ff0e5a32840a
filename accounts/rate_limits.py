"""How often somebody may try: limits that all processes count together."""

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from hashlib import sha256
from typing import Final

from django.conf import settings
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RateLimit:
    """At most so many tries within a moving window of time.

    Only tries that were let through count, so that trying on never makes the wait
    longer. Where the store of the counts is away, everybody is let through: a limit
    must not close the platform.

    Attributes:
        setting: The setting that holds the rate, such as "6/15 minutes".
    """

    setting: str

    def wait(self, *who: str) -> timedelta:
        """How long until the next try is let through; zero: now."""
        try:
            stats = _limiter().get_window_stats(self._rate, self._key(who))
        except StorageError as error:
            _logger.warning("Tries are not limited for now: %s", error)
            return timedelta(0)
        if stats.remaining > 0:
            return timedelta(0)
        return timedelta(seconds=max(stats.reset_time - time.time(), 1))

    def count(self, *who: str) -> None:
        """Count one try."""
        try:
            _limiter().hit(self._rate, self._key(who))
        except StorageError as error:
            _logger.warning("A try was not counted: %s", error)

    def forget(self, *who: str) -> None:
        """Forget the tries so far."""
        try:
            _limiter().clear(self._rate, self._key(who))
        except StorageError as error:
            _logger.warning("Tries were not forgotten: %s", error)

    @property
    def _rate(self) -> RateLimitItem:
        return parse(getattr(settings, self.setting))

    def _key(self, who: tuple[str, ...]) -> str:
        """One short key, without a name in it, of whatever somebody sent."""
        digest = sha256("\0".join((self.setting, *who)).encode(errors="replace"))
        return digest.hexdigest()


# Failed sign-ins: of one name from one address; of one address, whatever the name; of
# one name from devices on which nobody has signed in with it yet.
SIGN_IN: Final = RateLimit("SIGN_IN_RATE")
SIGN_IN_BY_ADDRESS: Final = RateLimit("SIGN_IN_ADDRESS_RATE")
SIGN_IN_BY_NAME: Final = RateLimit("SIGN_IN_NAME_RATE")
# Wrong old passwords of a person who changes it, wrong API tokens of an address, and
# logins that are created through an invitation from one address.
OLD_PASSWORD: Final = RateLimit("OLD_PASSWORD_RATE")
API_TOKEN: Final = RateLimit("API_TOKEN_RATE")
NEW_LOGIN: Final = RateLimit("NEW_LOGIN_RATE")
# Wrong codes of a second factor, of who gave the right password.
SECOND_FACTOR: Final = RateLimit("SECOND_FACTOR_RATE")
# Changes that one person's programs make through the API.
API_CHANGE: Final = RateLimit("API_CHANGE_RATE")
# E-mails for a new password: to one mailbox, and asked for from one address; links for
# one that don't work, of one address.
PASSWORD_MAIL: Final = RateLimit("PASSWORD_MAIL_RATE")
PASSWORD_MAIL_BY_ADDRESS: Final = RateLimit("PASSWORD_MAIL_ADDRESS_RATE")
PASSWORD_LINK: Final = RateLimit("PASSWORD_LINK_RATE")
# People who come in from a crowd platform, and wrong codes for going on on another
# device; both of one address.
CROWD_JOIN: Final = RateLimit("CROWD_JOIN_RATE")
RESUME_CODE: Final = RateLimit("RESUME_CODE_RATE")


@cache
def _limiter() -> MovingWindowRateLimiter:
    storage = storage_from_string(settings.RATE_LIMIT_URL, wrap_exceptions=True)
    return MovingWindowRateLimiter(storage)
