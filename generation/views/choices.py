"""Links to the views of one list, for the page kit's `choices`."""

from typing import NamedTuple

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _


class Choice(NamedTuple):
    """One of them."""

    address: str
    label: str
    is_chosen: bool


def counted_choice(address: str, label: str, count: int, is_chosen: bool) -> Choice:  # noqa: FBT001
    """A view that says how many rows it has."""
    label = _("%(view)s (%(count)s)") % {"view": label, "count": intcomma(count)}
    return Choice(address, label, is_chosen)
