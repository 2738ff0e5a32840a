"""Links to the views of one list, for the page kit's `choices`."""

from typing import NamedTuple


class Choice(NamedTuple):
    """One of them."""

    address: str
    label: str
    is_chosen: bool
