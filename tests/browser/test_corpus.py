"""The corpus pages in a browser: upload, watch, filter, select, without barriers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from corpus.importing.record_imports import run_import
from corpus.models import CorpusImport, Video
from corpus.records import record_line
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, LogIn
from tests.corpus.importing.runs import Run, comments, record
from tests.factories import make_admin, make_media

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMPLETE = {"description": "d", "tags": ("t",), "topic": "t", "category": "Music"}


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def open_page(
    new_browser: Callable[..., BrowserContext], log_in: LogIn
) -> Callable[..., Page]:
    """An admin's window at an address."""

    def open_page(path: str, **options: object) -> Page:
        context = new_browser(**options)
        log_in(context, make_admin())
        page = context.new_page()
        page.goto(path)
        return page

    return open_page


def finish_import() -> None:
    """Do what a worker does with the upload that waits."""
    run_import(import_id=CorpusImport.objects.get().pk, queue_media=lambda _: None)


def faults(page: Page) -> list[str]:
    """What axe finds: the rule and the places."""
    found = violations(page)
    return [f"{v['id']}: {[node['target'] for node in v['nodes']]}" for v in found]


def test_an_admin_uploads_records_and_watches_them_come_in(
    open_page: Callable[..., Page], tmp_path: Path
) -> None:
    file = tmp_path / "records.jsonl"
    file.write_text(record_line(record("a")) + "bad\n", encoding="utf-8")
    page = open_page("/corpus/imports/")

    page.get_by_label("Records").set_input_files(file)
    page.get_by_role("button", name="Import").click()
    page.wait_for_url("**/corpus/imports/*-*/")
    expect(page.get_by_role("status").last).to_contain_text("Waiting")
    finish_import()

    # The page asks by itself, and stops asking when it is over.
    expect(page.get_by_role("status").last).to_contain_text("Done")
    expect(page.locator("#import")).not_to_have_attribute("hx-trigger", "every 1s")
    expect(page.get_by_text("is not JSON")).to_be_visible()
    expect(page.get_by_role("link", name="Download all rejected lines")).to_be_visible()


def test_a_refused_upload_says_why_in_place(
    open_page: Callable[..., Page], tmp_path: Path
) -> None:
    file = tmp_path / "picture.jsonl"
    file.write_bytes(b"\x89PNG")
    page = open_page("/corpus/imports/")

    page.get_by_label("Records").set_input_files(file)
    page.get_by_role("button", name="Import").click()

    expect(page.get_by_text("This is not a records file")).to_be_visible()
    assert page.url.endswith("/corpus/imports/")


def test_the_list_filters_while_one_types(open_page: Callable[..., Page]) -> None:
    Run(record("a", title="Alpha"), record("b", title="Beta"))
    page = open_page("/corpus/")

    page.get_by_label("Search").press_sequentially("alp")

    expect(page.get_by_role("link", name="Beta")).to_be_hidden()
    expect(page.get_by_role("link", name="Alpha")).to_be_visible()
    page.wait_for_url("**/corpus/?search=alp**")
    page.reload()
    expect(page.get_by_role("link", name="Beta")).to_be_hidden()


def test_a_selection_is_made_and_saved(open_page: Callable[..., Page]) -> None:
    Run(record("a", **COMPLETE), record("b"))
    make_media(Video.objects.get(external_id="a"))
    page = open_page("/corpus/selection/")

    page.get_by_label("Top share of YouTube (%)").fill("100")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="1 video selected")).to_be_visible()
    page.get_by_label("Name of the selection").fill("Pilot")
    page.get_by_role("button", name="Save selection").click()

    expect(page.get_by_text("Selection Pilot saved with 1 video.")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(2)


@pytest.mark.parametrize(
    "options",
    [
        {},
        pytest.param({"color_scheme": "dark"}, marks=pytest.mark.nightly),
        pytest.param(PHONE, marks=pytest.mark.nightly),
    ],
)
def test_axe_finds_nothing_on_any_page(
    open_page: Callable[..., Page], options: dict[str, object]
) -> None:
    Run(
        record("a", comments=comments("hi", "https://a.example"), **COMPLETE),
        record("", title="b"),
    )
    video = Video.objects.get()
    make_media(video)
    page = open_page("/corpus/", **options)
    found = {}

    for path in (
        "/corpus/",
        f"/corpus/videos/{video.pk}/",
        "/corpus/imports/",
        "/corpus/selection/?" + "tiktok_percent=100",
        "/corpus/selection/",
    ):
        page.goto(path)
        found[path] = faults(page)
        # No page is wider than its window.
        assert page.evaluate(
            "document.documentElement.scrollWidth <= window.innerWidth"
        ), path

    assert not any(found.values()), found
