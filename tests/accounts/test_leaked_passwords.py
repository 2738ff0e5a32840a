"""Passwords known from breaches are refused, without asking anybody."""

from hashlib import sha1
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.leaked_passwords import is_listed
from tests import factories

LEAKED = [f"a leaked password {number}" for number in range(2000)]


@pytest.fixture
def leaked(tmp_path: Path) -> Path:
    """A list as Pwned Passwords has it: sorted hashes, each with a count."""
    hashes = sorted(
        sha1(one.encode(), usedforsecurity=False).hexdigest().upper() for one in LEAKED
    )
    file = tmp_path / "leaked.txt"
    lines = [f"{one}:{10 ** (number % 8)}" for number, one in enumerate(hashes)]
    file.write_text("\r\n".join(lines))
    return file


def test_each_of_the_list_is_found_and_nothing_else(leaked: Path) -> None:
    assert all(is_listed(one, leaked) for one in LEAKED)
    assert not any(is_listed(f"{one}!", leaked) for one in LEAKED)


def test_a_list_can_be_empty_or_hold_one(tmp_path: Path) -> None:
    empty, one = tmp_path / "empty", tmp_path / "one"
    empty.write_text("")
    one.write_text(sha1(b"x", usedforsecurity=False).hexdigest().upper())

    assert not is_listed("x", empty)
    assert is_listed("x", one)
    assert not is_listed("y", one)


@pytest.mark.django_db
def test_a_leaked_password_is_not_taken(leaked: Path, settings: Settings) -> None:
    name = "accounts.leaked_passwords.LeakedPasswordValidator"
    settings.AUTH_PASSWORD_VALIDATORS = [
        {"NAME": name, "OPTIONS": {"file": str(leaked)}}
    ]
    user = factories.make_user(password="the old secret")
    web = Client()
    web.force_login(user)

    page = web.post(
        reverse("accounts:password"),
        {
            "old_password": "the old secret",
            "new_password1": LEAKED[7],
            "new_password2": LEAKED[7],
        },
    )

    assert "known from a data breach" in page.content.decode()
    user.refresh_from_db()
    assert user.check_password("the old secret")
