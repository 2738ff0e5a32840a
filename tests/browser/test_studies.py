"""Researchers' pages in a real browser: what their scripts add."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from annotation.models import (
    Assignment,
    AssignmentState,
    Invitation,
    MembershipRole,
    Study,
)
from annotation.services.imports.study_imports import run_study_import
from annotation.services.judging.assignments import give_batch
from annotation.services.studies.lifecycle import close_study
from tests import factories
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, WIDE, LogIn

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

Open = Callable[..., Page]


@pytest.fixture
def open_page(new_browser: Callable[..., BrowserContext], log_in: LogIn) -> Open:
    """Open a page of a study as its researcher."""

    def open_page(name: str, study: Study, *args: object, **options: object) -> Page:
        researcher = factories.make_researcher()
        factories.join(study, researcher, MembershipRole.RESEARCHER)
        context = new_browser(**options)
        log_in(context, researcher)
        page = context.new_page()
        page.goto(reverse(f"annotation:{name}", args=[study.public_id, *args]))
        return page

    return open_page


def test_progress_comes_by_itself_until_the_study_is_closed(open_page: Open) -> None:
    study = factories.make_open_study(videos=2, redundancy=1)
    annotator = factories.join(study)
    page = open_page("study", study)
    expect(page.locator("#live")).to_contain_text("0 of 2")

    assignment = give_batch(membership=annotator)
    Assignment.objects.update(
        state=AssignmentState.SUBMITTED, submitted_at=assignment.started_at
    )
    expect(page.locator("#live")).to_contain_text("1 of 2", timeout=15_000)

    close_study(study=study, actor=None)
    page.wait_for_selector("#live:not([hx-get])", timeout=15_000)


def faults(page: Page) -> list[str]:
    """What axe finds on the page: the rule and the place."""
    found = violations(page)
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


@pytest.mark.parametrize(
    "screen",
    [
        pytest.param(WIDE, marks=pytest.mark.nightly),
        {**PHONE, "color_scheme": "dark"},
    ],
)
def test_a_file_of_comments_is_uploaded_and_watched(
    open_page: Open, tmp_path: Path, settings: Settings, screen: dict[str, object]
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    study = factories.make_study()
    label = study.batches.get().video.label
    file = tmp_path / "comments.csv"
    file.write_text(f"video,source,text\n{label},Newcomer,what a jump\n{label},x\n")
    page = open_page("study_comments", study, **screen)

    page.locator("[name=file]").set_input_files(file)
    page.get_by_role("button", name="Import").click()
    page.wait_for_url("**/comments/*-*/")
    expect(page.locator("#import [role=status]")).to_contain_text("Waiting")
    waiting = faults(page)
    run_study_import(import_id=study.imports.get().pk)

    # The page asks by itself, and stops asking when it is over.
    expect(page.locator("#import [role=status]")).to_contain_text("Done")
    page.wait_for_selector("#import:not([hx-get])")
    expect(page.get_by_text("2 fields instead of 3")).to_be_visible()
    assert (waiting, faults(page)) == ([], [])
    with page.expect_download() as download:
        page.get_by_role("link", name="Download rejected rows (CSV)").click()
    assert download.value.path().read_text().splitlines()[1].startswith("3,bad_csv,")


def test_a_file_of_another_kind_is_refused_in_place(
    open_page: Open, tmp_path: Path
) -> None:
    file = tmp_path / "comments.csv"
    file.write_text("hello")
    page = open_page("study_comments", factories.make_study())

    page.locator("[name=file]").set_input_files(file)
    page.get_by_role("button", name="Import").click()

    expect(page.get_by_text("must name the columns")).to_be_visible()
    assert faults(page) == []


def test_a_token_is_made_and_shown_once(open_page: Open) -> None:
    page = open_page("study", factories.make_study())
    page.goto(reverse("accounts:password"))
    page.get_by_role("link", name="API tokens").click()

    page.get_by_label("Name").fill("notebook")
    page.get_by_role("button", name="Create a token").click()
    key = page.get_by_label("Your token").input_value()
    with_key = faults(page)
    page.goto(reverse("accounts:token"))

    assert len(key) == 64
    assert with_key == []
    expect(page.get_by_role("rowheader", name="notebook")).to_be_visible()
    assert key not in page.content()


def test_markdown_is_shown_while_it_is_written(open_page: Open) -> None:
    page = open_page("study_text_edit", factories.make_study(), "consent")

    page.get_by_label("Text (Markdown)").fill("You may **always** stop.")

    expect(page.locator("#preview strong")).to_have_text("always")


def test_warnings_come_after_the_matrix(open_page: Open) -> None:
    study = factories.make_study(ai_sources=1)
    held = study.batches.get().batch_comments.get(source__in=study.sources.all())
    text = "As an AI language model, I cannot watch videos."
    held.comment = factories.make_comment(held.comment.video, held.source, text)
    held.save()

    page = open_page("study_readiness", study)

    expect(page.locator("#warnings")).to_contain_text(
        "Texts that sound like an AI assistant: 1"
    )


def test_a_link_is_copied_with_one_button(open_page: Open) -> None:
    study = factories.make_study()
    Invitation.objects.create(study=study)

    page = open_page(
        "study_invitations", study, permissions=["clipboard-read", "clipboard-write"]
    )
    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_label("Link", exact=True).input_value()


def test_a_link_is_selected_where_the_browser_forbids_copying(open_page: Open) -> None:
    study = factories.make_study()
    Invitation.objects.create(study=study)

    page = open_page("study_invitations", study, permissions=[])
    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_role("button", name="Selected. Now copy it.")).to_be_visible()
    selected = page.evaluate("getSelection().toString()")
    assert selected == page.get_by_label("Link", exact=True).input_value()


def test_without_scripts_every_step_of_a_study_works(open_page: Open) -> None:
    study = factories.make_study(
        videos=[factories.make_media(factories.make_video()).video]
    )
    page = open_page("study", study, java_script_enabled=False)

    page.get_by_role("link", name="Seal").click()
    page.get_by_role("button", name="Seal permanently").click()

    expect(page.locator("h1")).to_contain_text("Sealed")
    expect(page.locator("#messages")).to_contain_text("is sealed")
