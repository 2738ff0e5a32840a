"""Emoji, which are part of what is judged, look the same on every device."""

import pytest

from tests.browser.conftest import OpenSheet
from tests.browser.sheet import Sheet, make_study_of_texts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLAIN = "no emoji here, but 3 digits, * and #"


def fonts_of(sheet: Sheet, text: str) -> dict[str, int]:
    """How many glyphs each font that was sent with the page drew of a comment."""
    browser = sheet.page.context.new_cdp_session(sheet.page)
    browser.send("DOM.enable")
    browser.send("CSS.enable")
    root = browser.send("DOM.getDocument")["root"]["nodeId"]
    for node in browser.send(
        "DOM.querySelectorAll", {"nodeId": root, "selector": ".comment .text"}
    )["nodeIds"]:
        if text in browser.send("DOM.getOuterHTML", {"nodeId": node})["outerHTML"]:
            drawn = browser.send("CSS.getPlatformFontsForNode", {"nodeId": node})
            return {
                font["familyName"]: int(font["glyphCount"])
                for font in drawn["fonts"]
                if font["isCustomFont"]
            }
    pytest.fail(f"no comment says {text!r}")


def fetches_the_font(sheet: Sheet) -> bool:
    sheet.page.evaluate("document.fonts.ready")
    fetched = sheet.page.evaluate(
        "performance.getEntriesByType('resource').map(({ name }) => name)"
    )
    assert any("site" in name for name in fetched)
    return any("emoji.woff2" in name for name in fetched)


def test_emoji_come_from_the_page_and_text_does_not(open_sheet: OpenSheet) -> None:
    astronaut = "she did it \N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET} \N{FIRE}"
    sheet = open_sheet(make_study_of_texts([PLAIN]))
    assert not fetches_the_font(sheet)

    sheet = open_sheet(make_study_of_texts([PLAIN, astronaut]))

    assert fetches_the_font(sheet)
    # The joined two are one picture.
    assert fonts_of(sheet, astronaut) == {"Twemoji Mozilla": 2}
    assert fonts_of(sheet, PLAIN) == {}
