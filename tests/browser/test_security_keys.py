"""A security key in a real browser: added, and asked for at the next sign-in.

Chromium has a virtual authenticator (CDP, domain WebAuthn), which makes and signs real
credentials.
"""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect

from accounts.models import Role
from tests import factories
from tests.browser.axe import violations
from tests.browser.conftest import LogIn

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a long enough secret"
TOUCHED_AT_ONCE = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_key_is_added_and_lets_its_owner_in(
    new_browser: Callable[..., BrowserContext], log_in: LogIn
) -> None:
    user = factories.make_user(Role.RESEARCHER, password=PASSWORD)
    context = new_browser(alone=True)
    log_in(context, user)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": TOUCHED_AT_ONCE})

    page.goto(reverse("mfa_index"))
    page.get_by_role("link", name="Add a security key").click()
    page.get_by_label("Name").fill("the blue one")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto(reverse("mfa_index"))
    expect(page.get_by_text("the blue one, never used yet")).to_be_visible()
    found = violations(page)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    found += violations(page)
    page.get_by_role("button", name="Use a security key").click()

    page.wait_for_url("**/studies/")
    assert found == []
