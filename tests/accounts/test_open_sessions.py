"""Where somebody is signed in: listed, ended, and over when it is not used."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import OpenSession, Role, User
from tests import factories

pytestmark = pytest.mark.django_db

SECURITY = reverse("mfa_index")
PASSWORD = "a long enough secret"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)


@pytest.fixture
def researcher() -> User:
    return factories.make_user(Role.RESEARCHER, password=PASSWORD)


def signed_in(user: User, agent: str) -> Client:
    web = Client(headers={"user-agent": agent})
    web.post(
        reverse("accounts:login"), {"username": user.username, "password": PASSWORD}
    )
    return web


def is_in(web: Client, page: str = SECURITY) -> bool:
    return web.get(page).status_code == 200


def put_back(web: Client, hours: float) -> None:
    """As if the session had not been used for so long."""
    session = web.session
    session["used_at"] -= hours * 3600
    session.save()


def test_sessions_are_told_by_their_device_and_ended(researcher: User) -> None:
    here, there = signed_in(researcher, FIREFOX), signed_in(researcher, CHROME)
    page = here.get(SECURITY).content.decode()
    other = OpenSession.objects.get(device="Chrome, Windows")

    here.post(reverse("accounts:session_end", args=[other.pk]))

    assert "Firefox, Linux" in page
    assert "Chrome, Windows" in page
    assert (is_in(here), is_in(there)) == (True, False)


@pytest.mark.parametrize("store", ["db", "cached_db"])
def test_everything_else_is_signed_out_at_once(
    researcher: User, settings: Settings, store: str
) -> None:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{store}"
    here, *others = (signed_in(researcher, FIREFOX) for _ in range(3))

    told = here.post(reverse("accounts:sessions_end_others"), follow=True)

    assert "2 other sessions have ended." in told.content.decode()
    assert is_in(here)
    assert not any(map(is_in, others))
    assert researcher.open_sessions.count() == 1


def test_nobody_ends_the_session_of_another_person(researcher: User) -> None:
    mine = signed_in(researcher, FIREFOX)
    theirs = signed_in(factories.make_user(Role.ADMIN, password=PASSWORD), CHROME)
    other = OpenSession.objects.get(device="Chrome, Windows")

    mine.post(reverse("accounts:session_end", args=[other.pk]))

    assert is_in(theirs)
    assert "Chrome, Windows" not in mine.get(SECURITY).content.decode()


def test_a_new_password_ends_every_other_session(researcher: User) -> None:
    here, there = signed_in(researcher, FIREFOX), signed_in(researcher, CHROME)
    new = "an even longer secret"

    here.post(
        reverse("accounts:password"),
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )

    assert (is_in(here), is_in(there)) == (True, False)
    assert [*researcher.open_sessions.values_list("device", flat=True)] == [
        "Firefox, Linux"
    ]


def test_an_unused_session_ends_and_a_used_one_goes_on(
    researcher: User, settings: Settings
) -> None:
    settings.IDLE_SIGN_OUT_HOURS = 2
    used, unused = signed_in(researcher, FIREFOX), signed_in(researcher, CHROME)
    put_back(used, 1.5)
    put_back(unused, 2.5)

    is_used = is_in(used)
    put_back(used, 1.5)
    ended = unused.get("/studies/", follow=True)

    assert is_used
    assert is_in(used)
    assert "signed out after 2 hours without use" in ended.content.decode()
    assert researcher.open_sessions.count() == 1


def test_a_page_that_asks_for_news_of_itself_is_no_use(
    researcher: User, settings: Settings
) -> None:
    settings.IDLE_SIGN_OUT_HOURS = 2
    web = signed_in(researcher, FIREFOX)
    put_back(web, 1.5)

    web.get("/studies/", headers={"hx-request": "true"})
    put_back(web, 1)
    told = web.get("/studies/", headers={"hx-request": "true"})

    assert told.status_code == 401


def test_annotators_are_not_listed_and_never_signed_out(
    settings: Settings,
) -> None:
    settings.IDLE_SIGN_OUT_HOURS = 1
    user = factories.make_user(password=PASSWORD)
    web = signed_in(user, FIREFOX)

    assert "used_at" not in web.session
    assert not OpenSession.objects.exists()
    assert is_in(web, reverse("annotation:home"))


def test_who_becomes_a_researcher_is_listed_from_then_on() -> None:
    user = factories.make_user(password=PASSWORD)
    web = signed_in(user, FIREFOX)
    User.objects.filter(pk=user.pk).update(role=Role.RESEARCHER)

    page = web.get(SECURITY).content.decode()

    assert "Firefox, Linux" in page
    assert "used_at" in web.session
