"""Admins' pages of a round, in a real browser: whole, accessible, alive."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from generation.engines.base import EngineError, Reason
from generation.models import GenerationRound, RoundScope
from generation.services.rounds import finish_if_over
from tests.browser.conftest import PHONE, WIDE, LogIn
from tests.browser.test_every_page import LOOKS, faults_of
from tests.factories import make_admin
from tests.generation.rounds import MODEL, claim, make_draft, start, write, write_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def make_rounds() -> GenerationRound:
    """Two rounds of one study, the later one with all that can become of a job."""
    study = make_draft(videos=3)
    first = start(study)
    write_all(first, text="the first one")
    finish_if_over(generation_round=first)
    second = start(study, scope=RoundScope.ALL)
    taken = claim(second, limit=2)
    write(taken, taken.jobs[0], text="I cannot comment on it", flags=("refusal",))
    broken = EngineError(Reason.UNDECODABLE, "No frame can be decoded.")
    write(taken, taken.jobs[1], error=broken)
    return second


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
def test_every_page_of_a_round_is_whole_and_accessible(
    new_browser: Callable[..., BrowserContext],
    log_in: LogIn,
    screen: dict[str, object],
    asked: list[str],
) -> None:
    generation_round = make_rounds()
    assert generation_round.study is not None
    key, study = generation_round.public_id, generation_round.study
    job = generation_round.sources.get().jobs.exclude(flags=[]).get()
    context = new_browser(**screen)
    log_in(context, make_admin())
    page = context.new_page()

    found = {}
    for path in (
        "",
        "models/",
        f"new/?study={study.key}&scope=all&models={MODEL}",
        f"{key}/",
        f"{key}/errors/",
        f"{key}/compare/",
        f"{key}/jobs/{job.pk}/",
    ):
        page.goto(f"/generation/{path}")
        found[path] = faults_of(page, asked)

    assert {path: faults for path, faults in found.items() if faults} == {}


def test_an_open_page_shows_what_workers_write(
    new_browser: Callable[..., BrowserContext], log_in: LogIn
) -> None:
    generation_round = start(make_draft(videos=1))
    context = new_browser()
    log_in(context, make_admin())
    page = context.new_page()
    page.goto(f"/generation/{generation_round.public_id}/")
    expect(page.get_by_text("No comments yet.")).to_be_visible()

    write_all(generation_round, text="did not expect that ending")
    finish_if_over(generation_round=generation_round)

    expect(page.get_by_text("did not expect that ending")).to_be_visible()
    expect(page.locator("#round .state")).to_have_text("Done")
