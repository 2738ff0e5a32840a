"""Who can log in to the demo: one person of each role, with well-known passwords.

For the demo on loopback alone; `load_demo` makes them nowhere else.
"""

from typing import Final, NamedTuple


class DemoAccount(NamedTuple):
    """A login of the demo; the role is a value of `accounts.models.Role`."""

    role: str
    username: str
    password: str


DEMO_ACCOUNTS: Final = (
    DemoAccount("annotator", "annotator", "judge-the-words"),
    DemoAccount("researcher", "researcher", "read-the-report"),
    DemoAccount("admin", "admin", "run-the-platform"),
)
