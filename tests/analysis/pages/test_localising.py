"""Pages say what a report says in the reader's language; files say it in English."""

import json

from django.utils import translation

import analysis
from analysis.metrics.undefined import Undefined
from analysis.pages.table_view import table_view
from analysis.reporting.tables import Column, Table
from pages.localising import localised
from pages.phrases import ngettext, phrase, sentences
from tests.analysis.long_tables import small_table

# Texts that Django itself has in Chinese.
YES, NO = "Yes", "No"
AT_LEAST = (
    "Ensure this value has at least %(limit_value)d character (it has %(show_value)d)."
)
AT_LEAST_MANY = AT_LEAST.replace("character", "characters")


def test_a_phrase_is_english_until_a_page_shows_it() -> None:
    told = sentences(phrase(YES), "", phrase(NO))

    with translation.override("zh-hans"):
        shown = localised(told)

    assert told == "Yes No"
    assert shown == "是 否"


def test_a_phrase_counts_and_keeps_what_fills_it() -> None:
    told = ngettext(AT_LEAST, AT_LEAST_MANY, 3, limit_value=3, show_value=2)

    with translation.override("zh-hans"):
        shown = localised(told)

    assert told == "Ensure this value has at least 3 characters (it has 2)."
    assert shown.startswith("确保")
    assert "3" in shown


def test_a_phrase_may_fill_a_phrase_and_a_name_stays_a_name() -> None:
    told = phrase("%(answer)s: %(name)s", answer=phrase(YES), name=NO)

    with translation.override("zh-hans"):
        assert localised(told) == "是: No"
        assert localised(NO) == "No"


def test_a_table_is_shown_in_the_reader_s_language_but_for_names() -> None:
    columns = (Column("source", phrase(NO)), Column("value", phrase(YES)))
    rows = ((NO, phrase(YES)), ("b", Undefined(NO)))

    with translation.override("zh-hans"):
        shown = table_view(Table("key", phrase(YES), phrase(NO), columns, rows))

    assert (shown.title, shown.note) == ("是", "否")
    assert [heading.text for heading in shown.headings] == ["否", "是"]
    assert [[cell.text for cell in row] for row in shown.rows] == [
        ["No", "是"],
        ["b", "–"],
    ]
    assert shown.reasons == "否"


def test_a_report_is_the_same_file_in_every_language() -> None:
    made = analysis.report(small_table(), replicates=0)

    with translation.override("zh-hans"):
        assert json.loads(made.text("json"))["headline"] == made.headline
        assert "Human comments" in made.text("md")
