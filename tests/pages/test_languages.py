"""Which language a page is in, and how a person changes it."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.factories import make_researcher, make_user

pytestmark = pytest.mark.django_db

LOGIN = reverse("accounts:login")
SWITCH = reverse("set_language")
CHINESE = {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}


def test_the_browser_s_preference_decides_the_language(client: Client) -> None:
    chinese = client.get(LOGIN, headers=CHINESE).content.decode()
    german = client.get(LOGIN, headers={"accept-language": "de"}).content.decode()

    assert '<html lang="zh-hans"' in chinese
    assert "<h1>登录</h1>" in chinese
    assert '<html lang="en"' in german
    assert "<h1>Sign in</h1>" in german


@pytest.mark.parametrize("preference", ["zh", "zh-TW", "zh-Hans-SG", "zh-Hant"])
def test_every_kind_of_chinese_gets_the_chinese_pages(
    client: Client, preference: str
) -> None:
    page = client.get(LOGIN, headers={"accept-language": preference})

    assert '<html lang="zh-hans"' in page.content.decode()


def test_the_switch_keeps_a_person_where_they_are(client: Client) -> None:
    client.force_login(make_researcher())
    page = reverse("corpus:videos") + "?eligible=yes&page=2"

    content = client.get(page).content.decode()
    assert 'name="next" value="/corpus/?eligible=yes&amp;page=2"' in content
    response = client.post(SWITCH, {"language": "zh-hans", "next": page})

    assert response["Location"] == page
    assert '<html lang="zh-hans"' in client.get(page).content.decode()


def test_the_choice_outlives_the_browser_s_preference_and_the_session(
    client: Client,
) -> None:
    client.post(SWITCH, {"language": "en", "next": LOGIN})
    client.force_login(make_user())
    client.post(reverse("accounts:logout"))

    page = client.get(LOGIN, headers=CHINESE).content.decode()

    assert "<h1>Sign in</h1>" in page
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME]["max-age"] > 0


def test_the_switch_after_a_refused_form_leads_to_a_page_that_opens(
    client: Client,
) -> None:
    client.force_login(make_researcher())
    page = reverse("corpus:selection")

    response = client.post(
        reverse("corpus:selection_save"),
        {"title": ""},
        headers={"referer": f"http://testserver{page}"},
    )

    assert response.status_code == 422
    assert f'name="next" value="{page}"' in response.content.decode()


def test_the_switch_never_leads_to_another_site(client: Client) -> None:
    response = client.post(SWITCH, {"language": "en", "next": "https://evil.example/"})

    assert response["Location"] == "/"


def test_error_pages_are_in_the_person_s_language(client: Client) -> None:
    page = client.get("/nowhere/", headers=CHINESE).content.decode()

    assert "<h1>找不到页面</h1>" in page
    assert f'action="{SWITCH}"' in page


def test_what_programs_read_does_not_change_with_the_language(client: Client) -> None:
    client.force_login(make_researcher())
    plain = client.get("/api/studies/").content

    assert client.get("/api/studies/", headers=CHINESE).content == plain
