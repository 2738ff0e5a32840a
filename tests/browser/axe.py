"""What axe objects to on a page that is open."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_SCRIPT = Axe().axe_script
# Nothing else travels: what it does not object to is a hundred times as long.
_RUN = "options => axe.run(options).then(found => found.violations)"


def violations(page: Page, **options: object) -> list[dict[str, Any]]:
    """Each with its rule, as axe describes them.

    Args:
        page: Axe is put into it unless it is there from before.
        options: Axe's own.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT)
    asked = {"resultTypes": ["violations"], **options}
    found: list[dict[str, Any]] = page.evaluate(_RUN, asked)
    return found
