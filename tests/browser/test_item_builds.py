"""The pages of item builds: readable with every screen, and usable."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext

from tasks.mmla.sets import all_sets
from tests.browser.conftest import PHONE, WIDE, LogIn
from tests.browser.test_every_page import LOOKS, faults_of
from tests.factories import make_admin, make_researcher
from tests.tasks.mmla.folders import row_ids
from tests.thinking.making import make_flagged_build, make_item_build, make_run
from tests.thinking.mmla import answer_labels, make_label_build
from thinking.models import Build
from thinking.services.builds import seal_build

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def _addresses(folder: Path) -> list[str]:
    flagged = make_flagged_build()
    clean = seal_build(build=Build.objects.exclude(pk=flagged.pk).get())
    run = make_run(folder)
    labels = make_label_build(folder, "MOSI")
    answer_labels(
        folder, labels, dict.fromkeys(row_ids(all_sets()["MOSI"]), "positive")
    )
    pages = [reverse("thinking:build", args=[one.name]) for one in (flagged, clean)]
    return [
        reverse("thinking:builds"),
        *pages,
        reverse("thinking:ask", args=[clean.name]),
        reverse("thinking:import", args=[clean.name]),
        reverse("thinking:results", args=[clean.name]),
        reverse("thinking:compare", args=[clean.name]),
        reverse("thinking:run", args=[run.public_id]),
        reverse("thinking:mmla"),
        reverse("thinking:mmla_compare"),
        reverse("thinking:build", args=[labels.name]),
        reverse("thinking:ask", args=[labels.name]),
        reverse("thinking:results", args=[labels.name]),
    ]


# By night on a phone as well, and axe sees each page in both sizes and colours.
@pytest.mark.parametrize(
    ("screen", "asked"),
    [
        (WIDE, ["wide"]),
        pytest.param(
            *({**PHONE, "color_scheme": "dark"}, [*LOOKS]), marks=pytest.mark.nightly
        ),
    ],
    ids=["day", "night"],
)
def test_the_pages_of_builds_are_accessible_and_fit_a_phone(
    new_browser: Callable[..., BrowserContext],
    log_in: LogIn,
    tmp_path: Path,
    screen: dict[str, object],
    asked: list[str],
) -> None:
    addresses, admin = _addresses(tmp_path), make_admin()

    found = {}
    context = new_browser(**screen)
    log_in(context, admin)
    page = context.new_page()
    for address in addresses:
        page.goto(address)
        if faults := faults_of(page, asked):
            found[address] = faults

    assert found == {}


def test_a_researcher_reads_a_report_and_seals_the_build(
    new_browser: Callable[..., BrowserContext], log_in: LogIn
) -> None:
    build = make_item_build()
    context = new_browser()
    log_in(context, make_researcher())
    page = context.new_page()

    page.goto("/")
    page.get_by_role("link", name="Items", exact=True).click()
    page.get_by_role("link", name=build.name).click()
    page.get_by_role("heading", name="Found without the video").wait_for()
    page.get_by_role("button", name="Seal build").click()

    page.get_by_text("Build sealed.").wait_for()
    assert page.get_by_role("button", name="Seal build").count() == 0
    build.refresh_from_db()
    assert build.is_sealed
