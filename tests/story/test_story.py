"""Import, make, seal, open, judge in three ways, read the report, take the table.

On real clips and real comments, at a small scale: the way of the issue that a study
has to go, through a real Chromium and a real worker.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role, User
from annotation.models import Judgment, Membership, Study
from corpus.models import MediaState, VideoMedia
from tests import factories
from tests.embedded.waiting import wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

# A rotated one, a GIF, a WebM and a plain one: each is prepared in another way.
CLIPS = (
    "skateboarding_dog_rotated.mp4",
    "newtons_cradle.gif",
    "flower.webm",
    "stream_of_water.mp4",
)
PASSWORD = "a long enough password"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
COMMENTS = 29
NewBrowser = Callable[..., BrowserContext]
# How many batches are judged by mouse, by touch and by keyboard.
ROUNDS = [(2, 1, 1), pytest.param((2, 2, 2), marks=pytest.mark.nightly)]


@pytest.fixture
def records(shared_data: Path) -> list[dict[str, object]]:
    lines = (shared_data / "mimic_data.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [r for r in found if Path(str(r["video_path"])).name in CLIPS]


@pytest.mark.usefixtures("worker", "live_server")
@pytest.mark.parametrize("batches", ROUNDS)
def test_a_study_from_the_import_to_the_report(
    new_browser: NewBrowser,
    records: list[dict[str, object]],
    shared_data: Path,
    tmp_path: Path,
    live_server: LiveServer,
    batches: tuple[int, int, int],
) -> None:
    for name, role in (("ada", Role.ADMIN), ("rita", Role.RESEARCHER)):
        factories.make_user(role, username=name, password=PASSWORD)

    admin = log_in(new_browser(), "ada")
    import_corpus(admin, records, shared_data, tmp_path)
    make_study(admin, records)
    import_comments(admin, records, tmp_path)
    tab(admin, "People", "Researchers")
    add = admin.locator("form", has_text="Add researchers")
    add.locator("textarea").fill("rita")
    add.get_by_role("button", name="Add researchers").click()
    seal_and_open(admin)
    invitation = invite(admin)

    by_mouse = join(new_browser(), invitation, "mia")
    judge_by_mouse_through_a_cut_network(by_mouse)
    by_touch = join(new_browser(**PHONE), invitation, "tom")
    for _ in range(batches[1]):
        judge_by_touch(by_touch)
    by_keyboard = join(new_browser(), invitation, "kai")
    for _ in range(batches[2]):
        judge_by_keyboard(by_keyboard)

    study = Study.objects.get()
    assert stored(study) == dict(zip(("mia", "tom", "kai"), batches, strict=True))
    rita = log_in(new_browser(), "rita")
    table = read_the_report(rita)
    assert len(table) == sum(batches) * COMMENTS
    assert {row["source"] for row in table} == {"human", *sources()}
    assert live_server.url in rita.url


def log_in(context: BrowserContext, name: str) -> Page:
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


def tab(page: Page, *names: str) -> None:
    """Go to another phase of the study that is open, and there to another page."""
    pages = page.get_by_role("navigation", name="This study")
    for name in names:
        pages.get_by_role("link", name=name, exact=True).first.click()


# --- The admin ------------------------------------------------------------------------


def import_corpus(
    page: Page, records: list[dict[str, object]], media: Path, folder: Path
) -> None:
    """Upload the records and a zip of their clips; wait until all can be played."""
    lines = folder / "records.jsonl"
    lines.write_text("\n".join(json.dumps(record) for record in records))
    clips = folder / "clips.zip"
    with zipfile.ZipFile(clips, "w") as archive:
        for record in records:
            archive.write(media / str(record["video_path"]), str(record["video_path"]))
    page.goto("/corpus/imports/")
    page.set_input_files("[name=records]", lines)
    page.set_input_files("[name=clips]", clips)
    page.get_by_role("button", name="Import").click()
    expect(page.locator("#import")).to_contain_text("Done", timeout=60_000)
    expect(page.locator("#import")).to_contain_text(re.compile(r"Clips added\s+4"))
    # Not by reloading: it would take the worker's processor.
    ready = VideoMedia.objects.filter(state=MediaState.READY)
    wait_until(lambda: ready.count() == len(records), "the clips")
    page.goto("/corpus/")
    expect(page.locator("main img")).to_have_count(len(records))


def label(record: dict[str, object]) -> str:
    return f"{record['platform']}:{record['external_id']}"


def make_study(page: Page, records: list[dict[str, object]]) -> None:
    page.goto("/studies/new/")
    page.fill("[name$=title]", "Story")
    page.fill(
        "[name$=video_list]",
        "\n".join(
            f"{record['platform']}:{record['external_id']}" for record in records
        ),
    )
    page.get_by_role("button", name="Create study").click()
    expect(page.locator("h1")).to_contain_text("Story")


def sources() -> list[str]:
    return [f"writer-{number:02}" for number in range(1, 25)]


def import_comments(page: Page, records: list[dict[str, object]], folder: Path) -> None:
    file = folder / "comments.csv"
    with file.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(["video", "source", "text"])
        for record in records:
            for number, source in enumerate(sources(), 1):
                text = f"take {number}, that clip is, wow"
                writer.writerow([label(record), source, text])
    tab(page, "Content", "Sources")
    page.get_by_role("link", name="Import comments").click()
    page.set_input_files("[name=file]", file)
    page.get_by_role("button", name="Import").click()
    status = page.locator("#import [role=status]")
    expect(status).to_contain_text("Done", timeout=120_000)
    expect(page.locator("main")).to_contain_text("96")


def seal_and_open(page: Page) -> None:
    """Go from one next step to the other, as the overview says."""
    for button in ("Seal", "Open"):
        tab(page, "Overview")
        page.locator(".next-action .primary").click()
        if page.get_by_role("button", name="Fill").count():
            page.get_by_role("button", name="Fill").first.click()
            tab(page, "Overview")
            page.locator(".next-action .primary").click()
        page.get_by_role("button", name=re.compile(f"^{button}")).click()
    expect(page.locator("main")).to_contain_text("Open")


def invite(page: Page) -> str:
    tab(page, "People", "Invitations")
    page.get_by_role("button", name="Create link").click()
    return page.locator("[id^=link-]").input_value()


# --- The annotators -------------------------------------------------------------------


def join(context: BrowserContext, invitation: str, name: str) -> Page:
    """Come in by the link, make a login, agree, and get the first batch."""
    page = context.new_page()
    page.goto(invitation)
    page.fill("[name=username]", name)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.get_by_role("button", name="Take part").click()
    for _ in range(6):
        page.wait_for_load_state()
        if "/judge/" in page.url:
            break
        for box in page.locator("main [type=checkbox]").all():
            box.check()
        page.locator("main .primary").first.click()
    page.get_by_role("button", name="Skip the tour").click()
    return page


def judge_by_mouse_through_a_cut_network(page: Page) -> None:
    """Two batches; in the first the network is away for a while."""
    for position in range(1, 11):
        answer(page, position)
    page.context.set_offline(True)
    for position in range(11, COMMENTS + 1):
        answer(page, position)
    expect(page.locator("body")).to_contain_text("19")
    page.context.set_offline(False)
    submit(page)
    for position in range(1, COMMENTS + 1):
        answer(page, position)
    submit(page)


def answer(page: Page, position: int) -> None:
    verdict = "human" if position % 4 == 0 else "ai"
    row = page.locator(f"#comment-{position}")
    # As a person scrolls: Playwright would stop with the row behind the bar below.
    row.evaluate("row => row.scrollIntoView({block: 'center'})")
    row.locator(f"label:has([value={verdict}])").click()
    row.locator(f"label:has([value='{position % 6}'][name^=score])").click()


def judge_by_touch(page: Page) -> None:
    for position in range(1, COMMENTS + 1):
        row = page.locator(f"#comment-{position}")
        row.evaluate("row => row.scrollIntoView({block: 'center'})")
        row.locator("label:has([value=ai])").tap()
        row.locator("label:has([value='1'][name^=score])").tap()
    submit(page)


def judge_by_keyboard(page: Page) -> None:
    before = page.url
    page.locator("#comment-1").focus()
    for number in range(COMMENTS):
        page.keyboard.press("h" if number % 3 else "a")
        page.keyboard.press(str(number % 6))
    expect(page.locator("#done")).to_have_text(str(COMMENTS))
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != before)


def submit(page: Page) -> None:
    before = page.url
    expect(page.locator("[data-state=saved]")).to_have_count(COMMENTS, timeout=30_000)
    page.locator("#submit").click()
    page.wait_for_url(lambda url: url != before)


def stored(study: Study) -> dict[str, int]:
    """Batches whose every comment has one full judgment, by annotator."""
    counts = {}
    for membership in Membership.objects.filter(study=study, role="annotator"):
        judged = Judgment.objects.filter(
            presentation__assignment__membership=membership,
            presentation__assignment__state="submitted",
            verdict__isnull=False,
            realism_score__isnull=False,
        ).count()
        assert judged % COMMENTS == 0
        user = User.objects.get(memberships=membership)
        counts[user.username] = judged // COMMENTS
    return counts


# --- The researcher -------------------------------------------------------------------


def read_the_report(page: Page) -> list[dict[str, str]]:
    """Open the report, wait for its figures, and download the long table."""
    page.get_by_role("link", name="Story").first.click()
    tab(page, "Results")
    expect(page.locator("main")).to_contain_text("passed as human", timeout=60_000)
    tab(page, "Downloads")
    link = page.locator("a[href$='judgments.csv']")
    response = page.request.get(str(link.get_attribute("href")))
    return list(csv.DictReader(io.StringIO(response.text())))
