"""Who has to wait after failed attempts, and who never does."""

from datetime import timedelta

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import rate_limits
from accounts.models import Role, User
from accounts.rate_limits import SIGN_IN
from tests.factories import make_api_key, make_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
PERSON, OUTSIDER = "192.0.2.1", "203.0.113.9"


@pytest.fixture(autouse=True)
def _behind_one_proxy(settings: Settings) -> None:
    settings.PROXY_COUNT = 1


@pytest.fixture(autouse=True)
def ana() -> User:
    user = make_user(Role.RESEARCHER, username="ana")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(
    name: str,
    password: str,
    address: str = PERSON,
    browser: Client | None = None,
) -> int:
    """The status: 302 in, 200 wrong, 429 too many attempts."""
    data = {"username": name, "password": password}
    response = (browser or Client()).post(
        reverse("accounts:login"), data, headers={"X-Forwarded-For": address}
    )
    return response.status_code


def test_an_outsider_locks_out_nobody_but_themselves() -> None:
    outsider = [sign_in("ana", "guess", OUTSIDER) for _ in range(7)]

    assert outsider == [200] * 6 + [429]
    assert sign_in("ana", PASSWORD, OUTSIDER) == 429
    assert sign_in("ana", PASSWORD, PERSON) == 302


def test_an_address_that_the_client_made_up_opens_no_new_tries() -> None:
    made_up = [
        sign_in("ana", "guess", f"198.51.100.{number}, {OUTSIDER}")
        for number in range(7)
    ]

    assert made_up[-1] == 429


def test_the_page_says_how_long_to_wait() -> None:
    for _ in range(6):
        sign_in("ana", "guess")

    page = Client().post(
        reverse("accounts:login"),
        {"username": "ana", "password": PASSWORD},
        headers={"X-Forwarded-For": PERSON},
    )

    assert page.status_code == 429
    assert "Try again in 15 minutes." in page.content.decode()


def test_trying_on_does_not_make_the_wait_longer() -> None:
    for _ in range(6):
        sign_in("ana", "guess")
    before = SIGN_IN.wait("ana", PERSON)
    for _ in range(5):
        sign_in("ana", "guess")

    assert timedelta(0) < SIGN_IN.wait("ana", PERSON) <= before


def test_a_name_in_other_letters_is_the_same_name() -> None:
    tries = [sign_in(name, "guess") for name in ("ana", "Ana", "ANA") * 3]

    assert tries[-1] == 429


def test_one_address_cannot_go_through_many_names(settings: Settings) -> None:
    settings.SIGN_IN_ADDRESS_RATE = "10/15 minutes"

    tries = [sign_in(f"person{number}", "guess", OUTSIDER) for number in range(11)]

    assert tries == [200] * 10 + [429]
    assert sign_in("ana", PASSWORD, PERSON) == 302


def test_a_name_that_many_addresses_guess_stays_open_on_its_own_device(
    settings: Settings,
) -> None:
    settings.SIGN_IN_NAME_RATE = "5/15 minutes"
    own_device = Client()
    sign_in("ana", PASSWORD, PERSON, own_device)
    own_device.post(reverse("accounts:logout"))

    tries = [sign_in("ana", "guess", f"203.0.113.{number}") for number in range(6)]

    assert tries[-1] == 429
    assert sign_in("ana", PASSWORD, "203.0.113.77") == 429
    assert sign_in("ana", PASSWORD, PERSON, own_device) == 302


def test_a_device_keeps_no_name_and_no_other_name() -> None:
    device = Client()
    sign_in("ana", PASSWORD, PERSON, device)

    assert "ana" not in device.cookies["device"].value
    assert device.cookies["device"]["httponly"]


def test_the_old_password_cannot_be_guessed_on_an_open_page(ana: User) -> None:
    browser = Client()
    browser.force_login(ana)
    new = {"new_password1": "a new one for me", "new_password2": "a new one for me"}

    def change(old: str) -> str:
        page = browser.post(reverse("accounts:password"), {"old_password": old, **new})
        return page.content.decode()

    for _ in range(6):
        change("guess")

    assert "Too many attempts" in change(PASSWORD)


def test_guessed_api_tokens_make_the_address_wait_and_a_right_one_does_not(
    ana: User, settings: Settings
) -> None:
    settings.API_TOKEN_RATE = "3/15 minutes"
    key = make_api_key(ana)

    def ask(token: str) -> int:
        api = APIClient(headers={"Authorization": f"Token {token}"})
        return api.get(
            "/api/studies/", headers={"X-Forwarded-For": OUTSIDER}
        ).status_code

    assert [ask("wrong") for _ in range(4)] == [401, 401, 401, 429]
    assert ask(key) == 200


def test_all_processes_count_together(settings: Settings) -> None:
    url = project.CELERY_BROKER_URL
    assert url.startswith("redis+socket://")
    settings.RATE_LIMIT_URL = url.replace("redis+socket", "redis+unix").replace(
        "virtual_host", "db"
    )
    for _ in range(6):
        SIGN_IN.count("shared", PERSON)
    rate_limits._limiter.cache_clear()  # as another process would find it

    assert SIGN_IN.wait("shared", PERSON) > timedelta(minutes=14)

    SIGN_IN.forget("shared", PERSON)
    assert SIGN_IN.wait("shared", PERSON) == timedelta(0)


def test_without_the_store_of_the_counts_people_still_get_in(
    settings: Settings,
) -> None:
    settings.RATE_LIMIT_URL = "redis+unix:///nowhere/broker.sock?db=0"
    rate_limits._limiter.cache_clear()

    assert sign_in("ana", PASSWORD) == 302


def test_the_admin_site_has_no_login_of_its_own() -> None:
    page = Client().get("/admin/login/?next=/admin/")

    assert page.status_code == 302
    assert page["Location"] == f"{reverse('accounts:login')}?next=/admin/"
