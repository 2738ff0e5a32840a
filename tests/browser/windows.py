"""Browsers' windows that one test uses after the other: a new one costs two seconds."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession

# Of each kind; whatever a test needs beyond that is closed after it.
_KEPT = 2
_STORED = "local_storage,session_storage,indexeddb,cache_storage,service_workers"


@dataclass
class Window:
    """A browser that shares nothing with the others that are in use."""

    context: BrowserContext
    # Its options; empty where it is for one test alone.
    kind: str
    # On a page of its own that stays open: it forgets what others left behind.
    devtools: CDPSession
    errors: list[str] = field(default_factory=list)


class Windows:
    """Those that are kept, by their options."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self._browser = browser
        self._base_url = base_url
        self._free: defaultdict[str, list[Window]] = defaultdict(list)

    def take(self, options: dict[str, Any], *, alone: bool) -> Window:
        """A window that nobody uses, as good as new: it knows no page and no cookie.

        Args:
            options: Playwright's for a browser context.
            alone: Whether it is new indeed, and closed when it is given back.
        """
        kind = "" if alone else json.dumps(options, sort_keys=True)
        free = [] if alone else self._free[kind]
        return free.pop() if free else self._new(kind, options)

    def give_back(self, window: Window) -> None:
        """Forget all that a test did in it; its errors are the caller's to read."""
        context = window.context
        if not window.kind or len(self._free[window.kind]) == _KEPT:
            context.close()
            return
        _, *pages = context.pages
        for page in pages:
            page.close()
        context.unroute_all(behavior="ignoreErrors")
        context.set_offline(False)
        context.clear_permissions()
        context.clear_cookies()
        forget = {"origin": self._base_url, "storageTypes": _STORED}
        window.devtools.send("Storage.clearDataForOrigin", forget)
        window.errors.clear()
        self._free[window.kind].append(window)

    def close(self) -> None:
        for windows in self._free.values():
            for window in windows:
                window.context.close()
        self._free.clear()

    def _new(self, kind: str, options: dict[str, Any]) -> Window:
        context = self._browser.new_context(base_url=self._base_url, **options)
        context.set_default_timeout(10_000)
        # A page comes late where everything else runs on the same two cores.
        context.set_default_navigation_timeout(30_000)
        window = Window(context, kind, context.new_cdp_session(context.new_page()))
        context.on("weberror", lambda error: window.errors.append(str(error.error)))
        return window
