"""The template tags that every app's pages share."""

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from accounts.models import ApiToken
from tests.factories import make_api_key, make_researcher


def rendered(source: str, path: str = "/", **values: object) -> str:
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    template = Template("{% load i18n pages %}" + source)
    return template.render(Context({"request": request, **values}))


def test_a_wide_table_is_a_region_that_the_keyboard_can_scroll() -> None:
    page = rendered(
        "{% scrolling title %}<table></table>{% endscrolling %}", title="A & B"
    )

    assert page == (
        '<div aria-label="A &amp; B" class="table-scroll" role="region" tabindex="0">'
        "<table></table></div>"
    )


def test_a_wide_table_can_be_named_for_scripts_and_styles() -> None:
    page = rendered('{% scrolling "T" id="rows" class="matrix" %}{% endscrolling %}')

    assert 'id="rows"' in page
    assert 'class="table-scroll matrix"' in page


def test_the_tab_of_the_page_shown_is_the_current_one() -> None:
    source = (
        '{% tabs "Corpus" %}{% tab "corpus:videos" "Videos" %}'
        '{% tab "corpus:imports" "Imports" %}{% endtabs %}'
    )

    page = rendered(source, reverse("corpus:imports"))

    assert page.startswith('<nav aria-label="Corpus" class="tabs">')
    assert f'<a href="{reverse("corpus:videos")}">Videos</a>' in page
    assert f'<a href="{reverse("corpus:imports")}" aria-current="page">Imports' in page


def test_the_chosen_view_of_a_list_is_marked() -> None:
    source = (
        '{% choices "Show" %}{% choice "?" "All" all %}'
        '{% choice "?flag=any" "Flagged" flagged %}{% endchoices %}'
    )

    page = rendered(source, all=False, flagged=True)

    assert '<a href="?">All</a>' in page
    assert '<a href="?flag=any" aria-current="true">Flagged</a>' in page


def test_breadcrumbs_lead_back_and_escape_names() -> None:
    source = (
        '{% breadcrumbs %}{% crumb "corpus:videos" "Corpus" %}{% here name %}'
        "{% endbreadcrumbs %}"
    )

    page = rendered(source, name="<b>.jsonl")

    videos = reverse("corpus:videos")
    assert f'<li><a href="{videos}" dir="auto">Corpus</a></li>' in page
    assert '<li aria-current="page"><bdi>&lt;b&gt;.jsonl</bdi></li>' in page


@pytest.mark.django_db
def test_a_form_of_a_page_redirects_with_a_status_that_every_client_gets(
    client: Client,
) -> None:
    researcher = make_researcher()
    client.force_login(researcher)
    make_api_key(researcher)
    token = ApiToken.objects.get()

    response = client.post(reverse("accounts:token_revoke", args=[token.public_id]))

    assert (response.status_code, response["Location"]) == (
        303,
        reverse("accounts:token"),
    )
