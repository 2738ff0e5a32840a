"""Who forgot their password gets a link: by e-mail, or from who may give one."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Role, User
from annotation.models import Invitation, MembershipRole, Study
from annotation.selectors.people.invitation_links import invitation_token
from tests import factories
from tests.annotation.views.pages import address

pytestmark = pytest.mark.django_db

OLD, NEW = "seven green llamas", "eight purple yaks"
FORM = {"new_password1": NEW, "new_password2": NEW}


@pytest.fixture
def mina() -> User:
    user = factories.make_user(username="mina", password=OLD)
    User.objects.filter(pk=user.pk).update(email="mina@example.org")
    return user


@pytest.fixture
def _with_mail(settings: Settings) -> None:
    settings.HAS_MAIL = True


def ask(email: str = "mina@example.org") -> int:
    page = reverse("accounts:password_reset")
    return Client().post(page, {"email": email}).status_code


def link_in(text: str) -> str:
    found = re.search(r"https?://[^/]+(/accounts/password/set/[^\s\"]+)", text)
    assert found, text
    return found[1]


def set_password(link: str) -> int:
    """Open a link as its owner does, and set the new password."""
    browser = Client()
    page = browser.get(link)
    if page.status_code != 302:
        return page.status_code
    return browser.post(page["Location"], FORM).status_code


def can_sign_in(password: str) -> bool:
    sent = {"username": "mina", "password": password}
    return Client().post(reverse("accounts:login"), sent).status_code == 302


# --- By e-mail ----------------------------------------------------------------------


@pytest.mark.usefixtures("mina", "_with_mail")
def test_a_mail_brings_a_link_that_works_once() -> None:
    assert ask() == 302
    (sent,) = mail.outbox
    link = link_in(str(sent.body))

    assert (sent.to, "mina" in sent.body) == (["mina@example.org"], True)
    assert set_password(link) == 302
    assert can_sign_in(NEW)
    assert not can_sign_in(OLD)
    assert set_password(link) == 410


@pytest.mark.usefixtures("mina", "_with_mail")
def test_the_page_tells_nobody_which_addresses_have_an_account() -> None:
    crowd = factories.make_user(username="p-12")
    crowd.set_unusable_password()
    crowd.email = "crowd@example.org"
    crowd.save()

    assert {ask("mina@example.org"), ask("no@example.org"), ask(crowd.email)} == {302}
    assert [sent.to for sent in mail.outbox] == [["mina@example.org"]]


@pytest.mark.usefixtures("mina", "_with_mail")
def test_mails_are_limited_for_a_mailbox_and_for_an_address(
    settings: Settings,
) -> None:
    settings.PASSWORD_MAIL_RATE = "2/1 hour"
    settings.PASSWORD_MAIL_ADDRESS_RATE = "4/1 hour"

    to_one = [ask("MINA@example.org" if n else "mina@example.org") for n in range(3)]
    to_many = [ask(f"p{number}@example.org") for number in range(3)]

    assert to_one == [302, 302, 429]
    assert to_many == [302, 302, 429]
    assert len(mail.outbox) == 2


def test_without_mail_the_page_says_whom_to_ask() -> None:
    page = Client().get(reverse("accounts:password_reset"))
    sign_in = Client().get(reverse("accounts:login")).content.decode()

    assert "Ask the people who run your study" in page.content.decode()
    assert 'name="email"' not in page.content.decode()
    assert reverse("accounts:password_reset") in sign_in
    assert ask() == 405


def test_links_that_do_not_work_are_limited(settings: Settings, mina: User) -> None:
    settings.PASSWORD_LINK_RATE = "2/15 minutes"
    made_up = reverse("accounts:password_set", args=["MQ", "aaaaaa-bbbbbb"])

    assert [Client().get(made_up).status_code for _ in range(3)] == [410, 410, 429]
    assert mina.check_password(OLD)


@pytest.mark.parametrize("has_mail", [True, False])
def test_who_joins_may_leave_an_address_where_mail_is_sent(
    settings: Settings, *, has_mail: bool
) -> None:
    settings.HAS_MAIL = has_mail
    invitation = Invitation.objects.create(study=factories.make_open_study())
    page = reverse("annotation:join", args=[invitation_token(invitation)])
    names = {"username": "otto", "password1": NEW, "password2": NEW}

    Client().post(page, {**names, "email": "otto@example.org"})

    email = User.objects.get(username="otto").email
    assert email == ("otto@example.org" if has_mail else "")


# --- From a researcher or an admin --------------------------------------------------


@pytest.fixture
def study() -> Study:
    return factories.make_open_study()


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def researcher_in(study: Study) -> User:
    user = factories.make_researcher()
    factories.join(study, user, MembershipRole.RESEARCHER)
    return user


def test_a_researcher_gives_an_annotator_a_link(study: Study, mina: User) -> None:
    member = factories.join(study, mina)
    web = browser_of(researcher_in(study))
    page = address("study_password_link", study, member.code)

    asked = web.get(page).content.decode()
    given = web.post(page)

    assert "/password/set/" not in asked
    assert page in web.get(address("study_people", study)).content.decode()
    assert "no-store" in given["Cache-Control"]
    assert set_password(link_in(given.content.decode())) == 302
    assert can_sign_in(NEW)
    assert study.events.get().detail == {"code": member.code}


def test_not_for_somebody_who_is_in_another_persons_study(
    study: Study, mina: User
) -> None:
    member = factories.join(study, mina)
    factories.join(factories.make_open_study(), mina)
    page = address("study_password_link", study, member.code)

    refused = browser_of(researcher_in(study)).post(page)
    allowed = browser_of(factories.make_admin()).post(page)

    assert refused.status_code == 409
    assert "Ask an admin" in refused.content.decode()
    assert "/password/set/" in allowed.content.decode()


def test_not_for_a_crowd_participant_nor_a_researcher_nor_by_a_stranger(
    study: Study, mina: User
) -> None:
    crowd = factories.join(study, factories.make_user())
    web = browser_of(researcher_in(study))
    other = study.memberships.get(role=MembershipRole.RESEARCHER)
    member = factories.join(study, mina)

    def post(browser: Client, code: str) -> int:
        return browser.post(address("study_password_link", study, code)).status_code

    assert post(web, crowd.code) == 409
    assert post(web, other.code) == 404
    assert post(browser_of(factories.make_researcher()), member.code) == 404
    assert post(browser_of(mina), member.code) == 403


def test_an_admin_gives_anybody_a_link_and_the_history_says_so(mina: User) -> None:
    admin = factories.make_admin()
    page = reverse("accounts:password_link")

    given = browser_of(admin).post(page, {"username": "mina"})
    nobody = browser_of(admin).post(page, {"username": "nobody"})

    assert set_password(link_in(given.content.decode())) == 302
    assert can_sign_in(NEW)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (admin, str(mina.pk))
    assert nobody.status_code == 422


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.RESEARCHER])
def test_nobody_but_an_admin_makes_links_for_anybody(role: Role) -> None:
    browser = browser_of(factories.make_user(role))

    assert browser.get(reverse("accounts:password_link")).status_code == 403


def test_a_new_password_ends_the_sessions_of_the_old_one(mina: User) -> None:
    thief = browser_of(mina)
    given = browser_of(factories.make_admin()).post(
        reverse("accounts:password_link"), {"username": "mina"}
    )

    set_password(link_in(given.content.decode()))

    assert thief.get("/").status_code == 302
