"""Every page that a link leads to: whole, accessible, no wider than the screen."""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

import pytest
from django.test import override_settings
from django.urls import Resolver404, resolve
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from accounts.models import User
from demo.accounts import DEMO_ACCOUNTS
from demo.loading import load_demo
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, WIDE, LogIn

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

# Django's own pages and files; everything else is ours.
NOT_OURS = ("/admin/", "/static/", "/media/", "/api/docs/", "/accounts/logout/")
FILES = (
    ".csv",
    ".json",
    ".jsonl",
    ".md",
    ".pdf",
    ".png",
    ".parquet",
    ".html",
    ".latex",
    ".zip",
    ".svg",
)


class Look(NamedTuple):
    """How a page is looked at, and what axe is asked there."""

    screen: ViewportSize
    colors: Literal["light", "dark"]
    axe: dict[str, Any]


# A screen reader hears the same on both; what can be read and hit differs.
LOOKS = {
    "wide": Look(WIDE["viewport"], "light", {"preload": False}),
    "phone in the dark": Look(
        PHONE["viewport"],
        "dark",
        {
            "preload": False,
            "runOnly": {
                "type": "rule",
                "values": [
                    *("color-contrast", "link-in-text-block", "target-size"),
                    "scrollable-region-focusable",
                ],
            },
        },
    ),
}


def kind_of(path: str) -> str:
    """Pages of one kind are drawn by one view: one of them is enough."""
    try:
        match = resolve(path)
    except Resolver404:
        return path
    return match.view_name + "".join(
        f" {key}={value}" for key, value in match.kwargs.items() if key == "transition"
    )


def links_of(page: Page) -> Iterator[str]:
    here = urlsplit(page.url).netloc
    for address in page.eval_on_selector_all(
        "a[href]:not([download])", "all => all.map(a => a.href)"
    ):
        parts = urlsplit(address)
        if parts.netloc != here or parts.path.startswith(NOT_OURS):
            continue
        if not parts.path.endswith(FILES):
            yield parts.path


def links_in(text: str) -> Iterator[str]:
    """The same links of a page that is not shown, as far as its HTML has them."""
    for tag in re.findall(r"<a\s[^>]*>", text):
        address = re.search(r'href="(/[^"?#]*)', tag)
        if address is None or re.search(r"\sdownload\b", tag):
            continue
        path = address[1]
        if not path.startswith((*NOT_OURS, "//")) and not path.endswith(FILES):
            yield path


def open_every_page(
    page: Page, looked_at: set[str], *, shows_all: bool
) -> dict[str, str]:
    """Follow every link once a kind; the faults, by path.

    Args:
        page: With somebody logged in.
        looked_at: Kinds that are only opened, since a page of that kind was looked at
            before; those of this person are added.
        shows_all: Whether the browser shows those too and axe is asked of each page
            in both looks; otherwise they are requested, and axe sees every other
            page in the dark.
    """
    seen: set[str] = set()
    waiting = ["/"]
    found: dict[str, str] = {}
    while waiting:
        path = waiting.pop(0)
        if kind_of(path) in seen:
            continue
        seen.add(kind_of(path))
        if not shows_all and kind_of(path) in looked_at:
            answer = page.request.get(path)
            if answer.status != 200:
                found[path] = f"status {answer.status}"
            waiting += links_in(answer.text())
            continue
        response = page.goto(path)
        # Playwright's own waiting: a function would be evaluated, which pages forbid.
        expect(page.locator(".htmx-request")).to_have_count(0)
        if response is None or response.status != 200:
            found[path] = f"status {response and response.status}"
            continue
        # Where the link led in the end: some only pass on.
        shown = kind_of(urlsplit(page.url).path)
        asked = [*LOOKS] if shows_all else [[*LOOKS][len(looked_at) % 2]]
        if shown not in looked_at and (faults := faults_of(page, asked)):
            found[path] = "; ".join(faults)
        looked_at.add(shown)
        waiting += links_of(page)
    assert len(seen) > 3, seen
    return found


def faults_of(page: Page, asked: Collection[str] = tuple(LOOKS)) -> list[str]:
    """What a stranger would stumble over on the page that is open.

    Args:
        page: It is looked at in every way there is.
        asked: The looks in which axe is asked, too.
    """
    faults = []
    if not page.title().removesuffix(" · MIMIC-Bench").strip():
        faults.append("no title")
    if page.locator("h1").count() != 1:
        faults.append(f"{page.locator('h1').count()} headings of the first level")
    for name, look in LOOKS.items():
        page.set_viewport_size(look.screen)
        page.emulate_media(color_scheme=look.colors)
        options = look.axe if name in asked else None
        faults += [f"{name}: {fault}" for fault in faults_in_sight(page, look, options)]
    return faults


def faults_in_sight(
    page: Page, look: Look, options: dict[str, Any] | None
) -> Iterator[str]:
    """Those that depend on screen and colours; options are axe's."""
    for violation in violations(page, **options) if options is not None else ():
        yield f"axe: {violation['id']} {violation['nodes'][0]['html'][:120]}"
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > look.screen["width"]:
        yield f"{width} wide, more than the screen"


@pytest.mark.parametrize(
    "shows_all",
    [
        pytest.param(False, id="day"),
        pytest.param(True, id="night", marks=pytest.mark.nightly),
    ],
)
def test_every_page_is_whole_and_accessible(
    new_browser: Callable[..., BrowserContext],
    log_in: LogIn,
    shows_all: bool,  # noqa: FBT001
) -> None:
    with override_settings(DEMO=True):
        load_demo(say=lambda _: None)

    found: dict[str, str] = {}
    looked_at: set[str] = set()
    # The admin first, who has the most on each page.
    for account in sorted(DEMO_ACCOUNTS, key=lambda account: account.role):
        context = new_browser()
        log_in(context, User.objects.get(username=account.username))
        page = context.new_page()
        found |= open_every_page(page, looked_at, shows_all=shows_all)

    assert found == {}
