"""A real Chromium before the real application, for the browser tests."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from annotation.models import Study
from tests.browser.sheet import Sheet, make_sheet
from tests.browser.windows import Window, Windows
from tests.quiet import wait_until_alone

# Playwright's loop runs in this thread; the ORM is used between its calls, never in it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
WIDE: dict[str, Any] = {"viewport": {"width": 1366, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}

LogIn = Callable[[BrowserContext, User], None]
OpenSheet = Callable[..., Sheet]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium; as root it runs without its sandbox."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        pytest.skip(f"no Chromium on PATH (looked for {', '.join(_PROGRAMS)})")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": program, "args": sandbox}


@pytest.fixture(scope="session")
def windows(browser: Browser, live_server: LiveServer) -> Iterator[Windows]:
    """Browsers that are used again: most of a short test is a browser's start."""
    windows = Windows(browser, live_server.url)
    yield windows
    windows.close()


@pytest.fixture
def new_browser(windows: Windows) -> Iterator[Callable[..., BrowserContext]]:
    """Start browsers that share nothing; no script in any of them may fail.

    With `alone` a browser is nobody else's, before and after: for what cannot be undone
    in it, as a clock that was put forward.
    """
    used: list[Window] = []

    def start(*, alone: bool = False, **options: object) -> BrowserContext:
        options = {**WIDE, "reduced_motion": "reduce", **options}
        used.append(windows.take(options, alone=alone))
        return used[-1].context

    yield start
    errors = [error for window in used for error in window.errors]
    for window in used:
        windows.give_back(window)
    wait_until_alone()
    assert errors == []


@pytest.fixture
def log_in(live_server: LiveServer) -> LogIn:
    """Give a browser somebody's session, without the login page."""

    def log_in(context: BrowserContext, user: User) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
        )

    return log_in


@pytest.fixture
def open_sheet(new_browser: Callable[..., BrowserContext], log_in: LogIn) -> OpenSheet:
    """Open a new annotator's batch; options are the browser's."""

    def open_sheet(study: Study | None = None, **options: object) -> Sheet:
        page = new_browser(**options).new_page()
        sheet = make_sheet(page, study)
        log_in(page.context, sheet.user)
        sheet.open()
        return sheet

    return open_sheet


@pytest.fixture
def sheet(open_sheet: OpenSheet) -> Sheet:
    """A batch of 29 comments, opened by its annotator in a wide window."""
    return open_sheet()
