"""The pictures of the README and the guides, taken from the running demo."""

import io
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from demo.accounts import DEMO_ACCOUNTS

DESKTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}

# fontconfig's name of a script, what it is for, and Debian's package.
NEEDED_FONTS = [
    ("und-zsye", "emoji", "fonts-noto-color-emoji"),
    ("zh-cn", "Chinese", "fonts-noto-cjk"),
]
# Until the first frame is there; a clip that does not come is no reason to wait on.
FIRST_FRAME = """video => Promise.race([
    new Promise(done => setTimeout(done, 10000)),
    new Promise(done => video.readyState > 1
        ? done() : video.addEventListener("loadeddata", () => done())),
])"""


class ScreenshotError(Exception):
    """The message says what is missing and how to install it."""


@dataclass(frozen=True)
class Camera:
    """A browser before the demo at an address; pictures go into a folder."""

    browser: Browser
    address: str
    folder: Path

    def log_in(self, role: str, **options: Any) -> Page:  # noqa: ANN401
        """A page with the role's demo account logged in."""
        username, password = next(
            (name, secret) for known, name, secret in DEMO_ACCOUNTS if known == role
        )
        page = self.browser.new_context(base_url=self.address, **options).new_page()
        page.goto("/accounts/login/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", password)
        page.click("main button[type=submit]")
        page.wait_for_load_state("networkidle")
        return page

    def keep(self, page: Page, name: str) -> None:
        """Write what the page shows, in 256 colours: a third of the bytes."""
        page.wait_for_load_state("networkidle")
        with Image.open(io.BytesIO(page.screenshot())) as picture:
            colours = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
            colours.save(self.folder / name, optimize=True)


def take_screenshots(address: str, folder: Path) -> None:
    """Write the pictures of the demo at an address into a folder.

    Raises:
        ScreenshotError: the machine lacks a browser, or a font for the comments.
    """
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        msg = "Install Chromium first (on Debian: apt-get install chromium)."
        raise ScreenshotError(msg)
    for script, words, package in NEEDED_FONTS:
        if not has_font(script):
            msg = (
                f"The pages show {words}, and this machine has no font for that "
                f"(on Debian: apt-get install {package})."
            )
            raise ScreenshotError(msg)
    folder.mkdir(parents=True, exist_ok=True)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=sandbox)
        camera = Camera(browser, address.rstrip("/"), folder)
        picture_judging(camera)
        picture_research(camera)


def has_font(script: str) -> bool:
    """Whether a font has a script; true where fontconfig cannot be asked."""
    program = shutil.which("fc-list")
    if program is None:
        return True
    return bool(subprocess.check_output([program, f":lang={script}", "family"]))  # noqa: S603


def picture_judging(camera: Camera) -> None:
    """The judge page on a desktop and on a phone, a few comments answered."""
    page = camera.log_in("annotator", **DESKTOP)
    lead_to_judging(page)
    for position, verdict, score in ((1, "human", 4), (2, "ai", 1), (3, "human", 3)):
        for name, value in (("verdict", verdict), ("score", str(score))):
            page.check(f"input[name='{name}-{position}'][value='{value}']", force=True)
        expect(page.locator(f"#state-{position}")).to_contain_text("Saved")
    page.evaluate("scrollTo(0, 0)")
    wait_for_first_frame(page)
    camera.keep(page, "judge.png")
    address_of_batch = page.url
    phone = camera.log_in("annotator", **PHONE)
    phone.goto(address_of_batch)
    wait_for_first_frame(phone)
    camera.keep(phone, "judge-phone.png")


def wait_for_first_frame(page: Page) -> None:
    page.eval_on_selector("video", FIRST_FRAME)
    page.wait_for_timeout(2000)  # the player's own circle fades


def lead_to_judging(page: Page) -> None:
    """Go on from the first page, agreeing to what is asked, until a batch is shown."""
    for _ in range(8):
        if "/judge/" in page.url:
            break
        for box in page.locator("main input[type=checkbox]").all():
            box.check()
        page.locator("main .primary:visible").first.click()
        page.wait_for_load_state("networkidle")
    skip = page.get_by_role("button", name="Skip")
    if skip.count():
        skip.first.click()


def picture_research(camera: Camera) -> None:
    """A study and its report."""
    page = camera.log_in("researcher", **DESKTOP)
    page.get_by_role("link", name="Demo study").first.click()
    camera.keep(page, "study.png")
    page.locator("a[href$='/report/']").first.click()
    page.wait_for_selector("svg", timeout=60_000)
    camera.keep(page, "report.png")
