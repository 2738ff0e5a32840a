"""What takes a worker some time: imports, generation rounds, bundles."""

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from client.errors import RefusedError, TookTooLongError
from client.transport import Transport

_OVER = ("done", "failed", "cancelled")


class Work:
    """An import, a round or a bundle: watched, waited for, cancelled.

    Attributes:
        facts: What the platform said of it last, by name.
    """

    def __init__(
        self, transport: Transport, path: str, facts: Mapping[str, Any]
    ) -> None:
        self._transport = transport
        self._path = path
        self.facts = dict(facts)

    def __repr__(self) -> str:
        return f"<{self._path} {self.state}>"

    @property
    def state(self) -> str:
        return str(self.facts["state"])

    @property
    def is_over(self) -> bool:
        return self.state in _OVER

    def refresh(self) -> "Work":
        """Ask how far it is."""
        self.facts = dict(self._transport.send("GET", self._path))
        return self

    def wait(self, timeout_s: float = 3600, every_s: float = 1) -> "Work":
        """Wait until it is done.

        Raises:
            RefusedError: it failed or was cancelled; the message says why.
            TookTooLongError: it isn't over in that time.
        """
        wait_for(lambda: self.refresh().is_over, timeout_s, every_s, repr(self))
        if self.state != "done":
            msg = self.facts.get("error") or f"{self._path} was {self.state}."
            raise RefusedError(0, str(msg))
        return self

    def act(self, action: str) -> "Work":
        """Let it do what its address offers, such as `cancel` or `restart`."""
        self.facts = dict(self._transport.send("POST", f"{self._path}{action}/"))
        return self


def wait_for(
    is_so: Callable[[], bool], timeout_s: float, every_s: float, what: str
) -> None:
    """Ask until it is so.

    Raises:
        TookTooLongError: it isn't in that time.
    """
    deadline = time.monotonic() + timeout_s
    while not is_so():
        if time.monotonic() > deadline:
            msg = f"{what} isn't over after {timeout_s:g} seconds; it may still go on."
            raise TookTooLongError(msg)
        time.sleep(every_s)


def as_list(names: Collection[str] | str) -> list[str]:
    """One name or several."""
    return [names] if isinstance(names, str) else [*names]
