"""The help pages: found from where people work, and without dead links."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from manual.books import TOPICS, anchor_of, folder, known_pages, page_called
from tests import factories

REPOSITORY = Path(__file__).parents[2]
LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.fixture
def web(client: Client) -> Client:
    client.force_login(factories.make_researcher())
    return client


def anchors(text: str) -> set[str]:
    outside_code = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", outside_code, flags=re.MULTILINE)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", one) for one in headings]
    return {anchor_of(one) for one in plain}


@pytest.mark.parametrize(
    "path",
    [*sorted((REPOSITORY / "docs").glob("*.md")), REPOSITORY / "README.md"],
    ids=lambda path: path.name,
)
def test_every_link_of_the_documentation_leads_somewhere(path: Path) -> None:
    dead = []
    for link in LINK.findall(path.read_text()):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        is_found = target.exists()
        if is_found and anchor and target.suffix == ".md":
            is_found = anchor in anchors(target.read_text())
        if not is_found:
            dead.append(link)

    assert dead == []


def test_every_page_of_the_documentation_is_on_a_shelf() -> None:
    assert {path.stem for path in folder().glob("*.md")} == {*known_pages()}


def test_every_topic_is_a_part_of_a_page_and_belongs_to_a_view() -> None:
    views = {
        f"{space}:{name}"
        for space, (_, resolver) in get_resolver().namespace_dict.items()
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }
    for start, topic in TOPICS.items():
        name, _, anchor = topic.partition("#")
        page = page_called(name)
        assert page is not None, topic
        assert not anchor or f'id="{anchor}"' in page.html, topic
        assert any(view.startswith(start) for view in views), start


@pytest.mark.django_db
def test_help_leads_from_a_page_to_what_is_said_about_it(web: Client) -> None:
    selection = web.get(reverse("corpus:selection")).content.decode()
    address = reverse("manual:page", args=["corpus"])
    assert f'href="{address}#engagement-and-selection"' in selection

    page = web.get(address).content.decode()

    assert 'id="engagement-and-selection"' in page
    contents = web.get(reverse("manual:contents")).content.decode()
    assert f'href="{address}"' in contents


@pytest.mark.django_db
def test_links_and_pictures_of_a_page_work_here(web: Client) -> None:
    page = web.get(reverse("manual:page", args=["running-a-study"])).content.decode()

    assert f'href="{reverse("manual:page", args=["languages"])}"' in page
    (shown, *_) = re.findall(r'<img src="(/help/images/[^"]+)"', page)
    picture = web.get(shown)
    assert picture["Content-Type"] == "image/png"
    assert b"".join(picture.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]
    operations = web.get(reverse("manual:page", args=["operations"])).content.decode()
    assert "../deploy" not in operations
    assert web.get("/help/images/..%2f..%2fREADME.md").status_code == 404
    assert web.get(reverse("manual:page", args=["conftest"])).status_code == 404
