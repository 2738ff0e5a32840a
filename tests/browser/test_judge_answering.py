"""Answering by mouse, by keyboard and by finger."""

import re

import pytest
from playwright.sync_api import expect

from annotation.instrument import INSTRUMENTS
from tests.browser.conftest import PHONE, OpenSheet
from tests.browser.sheet import (
    FEW,
    Answers,
    Sheet,
    box,
    few_comments,
    make_study_of_texts,
)
from tests.embedded.waiting import wait_until
from tests.factories import make_open_study

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "a very long comment that goes on and on, " * 30


@pytest.fixture
def sheet(open_sheet: OpenSheet) -> Sheet:
    """A batch of a few comments, opened by its annotator in a wide window."""
    return open_sheet(few_comments())


def expect_an_empty_outbox(sheet: Sheet) -> None:
    """Only when one's work began is remembered any more."""
    length = "localStorage.length"
    wait_until(lambda: sheet.page.evaluate(length) <= 1, "an empty outbox")


def test_an_answer_by_mouse_is_saved_at_once(sheet: Sheet) -> None:
    sheet.answer(3, "ai", "2")

    expect(sheet.state(3)).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    expect(sheet.page.locator("#done")).to_have_text("1")
    expect(sheet.current).to_have_attribute("data-position", "4")
    assert sheet.stored() == {3: ("ai", 2)}


def test_no_answer_is_given_before_the_annotator_gives_one(sheet: Sheet) -> None:
    expect(sheet.page.locator(".comment")).to_have_count(FEW)
    expect(sheet.page.locator(".comment :checked")).to_have_count(0)


def test_a_whole_batch_is_judged_by_keyboard_alone(sheet: Sheet) -> None:
    given: Answers = {}
    for position in range(1, FEW + 1):
        verdict, score = ("human", "ai")[position % 2], position % 6
        expect(sheet.current).to_have_attribute("data-position", str(position))
        sheet.type(f"{verdict[0]}{score}")
        given[position] = (verdict, score)
    sheet.page.keyboard.press("Control+Enter")
    sheet.page.wait_for_url("**/done/")

    assert sheet.is_submitted()
    assert sheet.stored() == given


@pytest.mark.parametrize(
    ("key", "pressed", "given"),
    [
        ("human-ai-0-10", "ht", ("human", 10)),
        ("human-ai-1-7", "a7", ("ai", 7)),
        ("human-ai-unsure-0-5", "n0", ("unsure", 0)),
    ],
)
def test_the_keys_are_those_of_the_studys_instrument(
    open_sheet: OpenSheet, key: str, pressed: str, given: tuple[str, int]
) -> None:
    study = make_open_study(videos=1, instrument=INSTRUMENTS[key])
    sheet = open_sheet(study)

    sheet.type(pressed)

    expect(sheet.state(1)).to_contain_text("Saved")
    expect(sheet.current).to_have_attribute("data-position", "2")
    assert sheet.stored() == {1: given}


def test_a_key_that_the_instrument_does_not_have_does_nothing(sheet: Sheet) -> None:
    sheet.type("nt6")

    expect(sheet.page.locator(".comment :checked")).to_have_count(0)


def test_a_batch_is_answered_by_finger_on_a_phone(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(**PHONE)

    for position in (1, 2, 3):
        sheet.radio(position, "human").tap()
        sheet.radio(position, "5").tap()
        expect(sheet.state(position)).to_contain_text("Saved")

    assert sheet.stored() == dict.fromkeys((1, 2, 3), ("human", 5))


def test_one_tap_on_a_pad_gives_both_halves_of_an_answer(
    open_sheet: OpenSheet,
) -> None:
    study = make_open_study(
        videos=1, instrument=INSTRUMENTS["human-ai-unsure-0-5"], one_tap=True
    )
    sheet = open_sheet(study)

    sheet.radio(1, "unsure-4").click()
    expect(sheet.current).to_have_attribute("data-position", "2")
    sheet.type("a")  # half an answer: by keyboard it takes two keys
    expect(sheet.state(2)).to_have_text("Saved; score missing")
    sheet.page.reload()
    sheet.type("0")

    expect(sheet.radio(2, "ai-0")).to_be_checked()
    expect(sheet.state(2)).to_contain_text("Saved")
    expect(sheet.state(1)).to_contain_text("Saved")
    expect_an_empty_outbox(sheet)
    assert sheet.stored() == {1: ("unsure", 4), 2: ("ai", 0)}
    assert sheet.revision_count() == 1


def test_the_keys_go_on_to_the_next_comment_that_is_left(sheet: Sheet) -> None:
    sheet.answer(2, "ai", "1")
    sheet.row(1).click()

    sheet.type("h5")

    expect(sheet.current).to_have_attribute("data-position", "3")
    expect(sheet.row(3)).to_be_focused()
    sheet.row(1).click()
    sheet.type("u")
    expect(sheet.current).to_have_attribute("data-position", "3")


def test_j_k_and_arrows_move_between_comments(sheet: Sheet) -> None:
    for key in ("j", "ArrowDown", "j", "k", "ArrowUp", "ArrowDown"):
        sheet.page.keyboard.press(key)

    expect(sheet.current).to_have_attribute("data-position", "3")


def test_an_arrow_after_a_click_moves_on_and_changes_no_answer(sheet: Sheet) -> None:
    sheet.answer(1, "human")

    sheet.page.keyboard.press("ArrowDown")

    expect(sheet.current).to_have_attribute("data-position", "2")
    expect(sheet.radio(1, "human")).to_be_checked()


def test_choices_reached_by_tab_are_chosen_by_arrows(sheet: Sheet) -> None:
    sheet.row(1).focus()
    sheet.page.keyboard.press("Tab")
    sheet.page.keyboard.press("Space")
    sheet.page.keyboard.press("ArrowRight")

    expect(sheet.radio(1, "ai")).to_be_checked()
    expect(sheet.current).to_have_attribute("data-position", "1")
    expect(sheet.state(1)).to_have_text("Saved; score missing")
    assert sheet.stored() == {1: ("ai", None)}


def test_no_key_fires_in_a_text_field(sheet: Sheet) -> None:
    sheet.page.evaluate(
        "document.querySelector('.dock').append(document.createElement('textarea'))"
    )
    field = sheet.page.locator("textarea")

    field.press_sequentially("ha 5 jm?g")

    expect(field).to_have_value("ha 5 jm?g")
    expect(sheet.page.locator(".comment :checked")).to_have_count(0)
    expect(sheet.page.locator("dialog[open]")).to_have_count(0)


def test_no_key_fires_with_a_modifier(sheet: Sheet) -> None:
    for keys in ("Control+a", "Alt+h", "Meta+5"):
        sheet.page.keyboard.press(keys)

    expect(sheet.page.locator(".comment :checked")).to_have_count(0)


def test_keyboards_of_other_scripts_have_the_same_keys(sheet: Sheet) -> None:
    keys = {("р", "KeyH"): "human", ("ф", "KeyA"): "ai", ("&", "Digit1"): "1"}

    for (key, code), value in keys.items():
        sheet.page.evaluate(
            """([key, code]) => document.body.dispatchEvent(
                new KeyboardEvent("keydown", { key, code, bubbles: true }))""",
            [key, code],
        )

        expect(sheet.radio(1, value)).to_be_checked()


def test_going_on_by_itself_can_be_switched_off_for_good(sheet: Sheet) -> None:
    sheet.page.get_by_role("button", name="Keys and options").click()
    sheet.page.get_by_label("Go to the next unanswered comment").uncheck()
    sheet.page.keyboard.press("Escape")
    sheet.page.reload()

    sheet.answer(2, "ai", "1")

    expect(sheet.state(2)).to_contain_text("Saved")
    expect(sheet.current).to_have_attribute("data-position", "2")


def test_single_keys_can_be_switched_off_for_good(sheet: Sheet) -> None:
    sheet.page.keyboard.press("?")
    sheet.page.get_by_label("Use single-key shortcuts on this page").uncheck()
    sheet.page.keyboard.press("Escape")
    sheet.page.reload()

    sheet.type("h5")

    expect(sheet.page.locator(".comment :checked")).to_have_count(0)


def test_guidelines_and_keys_are_one_key_away(sheet: Sheet) -> None:
    sheet.page.keyboard.press("g")
    expect(sheet.page.get_by_role("dialog", name="Guidelines")).to_be_visible()
    sheet.page.keyboard.press("Escape")

    sheet.page.keyboard.press("?")

    expect(sheet.page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_a_changed_answer_is_stored_and_the_earlier_one_kept(sheet: Sheet) -> None:
    sheet.answer(4, "human", "3")
    expect(sheet.state(4)).to_contain_text("Saved")

    sheet.answer(4, "ai")

    expect(sheet.state(4)).to_contain_text("Saved")
    expect(sheet.radio(4, "ai")).to_be_checked()
    expect_an_empty_outbox(sheet)
    assert sheet.stored() == {4: ("ai", 3)}
    assert sheet.revision_count() == 2


def test_a_long_text_unfolds_by_button_and_by_key(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(make_study_of_texts([LONG, "short"]))
    long = sheet.page.locator(".comment", has_text="very long").first
    short = sheet.page.locator(".comment", has_text="short").first
    more = long.get_by_role("button", name="more")
    expect(short.get_by_role("button")).to_have_count(0)
    folded = box(long)

    more.click()
    unfolded = box(long)
    long.focus()
    sheet.page.keyboard.press("m")

    assert unfolded["height"] > folded["height"]
    assert box(long) == folded


def test_text_is_shown_as_text_whatever_it_contains(open_sheet: OpenSheet) -> None:
    nasty = "<script>document.title='x'</script> <b>bold</b> {{ 7 }} %(text)s"
    sheet = open_sheet(make_study_of_texts([nasty]))

    expect(sheet.page.locator("#text-1")).to_have_text(f"{nasty} 1")
    assert sheet.page.title() != "x"


def test_each_text_runs_in_the_direction_of_its_script(open_sheet: OpenSheet) -> None:
    sheet = open_sheet(make_study_of_texts(["أجمل فيديو رأيته هذا الأسبوع " * 20]))
    text = sheet.page.locator("#text-1")
    more = sheet.page.get_by_role("button", name="more")

    direction = "element => getComputedStyle(element).direction"

    assert text.evaluate(direction) == "rtl"
    assert sheet.row(1).evaluate(direction) == "ltr"
    assert box(more)["x"] <= box(text)["x"]  # where the text goes on: at its left


def test_a_problem_is_reported_without_losing_an_answer(sheet: Sheet) -> None:
    sheet.answer(1, "human", "5")
    # At once, before the answers are on their way.
    sheet.page.get_by_role("link", name="Report a problem").click()
    sheet.page.get_by_label("What is it about?").select_option("1")
    sheet.page.get_by_label("Offensive or upsetting").check()
    sheet.page.get_by_role("button", name="Send report").click()

    expect(sheet.page.get_by_text("Thank you. The people who run")).to_be_visible()
    expect(sheet.radio(1, "human")).to_be_checked()
    expect(sheet.radio(1, "5")).to_be_checked()
    expect(sheet.state(1)).to_contain_text("Saved")
    assert sheet.stored() == {1: ("human", 5)}
