"""Reports as Markdown, LaTeX and HTML: the same bytes, and nothing slips through."""

import pytest

import analysis
from analysis.reporting.rendering import FORMATS, as_latex, as_markdown, latex_table
from analysis.reporting.tables import Column, shown
from tests.analysis.long_tables import frame, scores, small_table, votes


@pytest.mark.parametrize("style", FORMATS)
def test_shuffled_rows_give_the_same_bytes_in_every_format(style: str) -> None:
    table = small_table()
    shuffled = table.sample(frac=1, random_state=7)

    texts = {FORMATS[style](analysis.report(data)) for data in (table, shuffled)}

    assert len(texts) == 1


def test_markdown_opens_with_the_answer_in_words() -> None:
    text = as_markdown(analysis.report(small_table(), study="Pilot", replicates=20))

    title, answer = text.split("\n\n")[:2]
    assert title == "# Blind comment test: Pilot"
    assert answer.startswith("bot passed as human in 25.0 % of judgments (95 % CI ")
    assert "). Human comments: 83.3 %" in answer


def test_the_answer_warns_of_a_lead_that_may_be_chance() -> None:
    rows = votes("v1-human-1", "hhh") + votes("v2-human-1", "hha")
    close = rows + votes("v1-one-1", "hha") + votes("v1-two-1", "haa")
    close += votes("v2-one-2", "aha") + votes("v2-two-2", "haa")

    told = analysis.report(frame(close), replicates=0).headline

    assert told.startswith("one passed as human in 50.0 % of judgments (")
    assert ", the highest of 2 models. Human comments: 83.3 %" in told
    assert told.endswith(" Its lead over the next model may be due to chance.")


def test_the_answer_to_scores_alone_names_the_highest_scored_model() -> None:
    rows = scores("v1-human-1", "55") + scores("v2-human-2", "45")
    rows += scores("v1-good-1", "34") + scores("v2-good-2", "33")
    rows += scores("v1-bad-1", "01") + scores("v2-bad-2", "00")

    told = analysis.report(frame(rows), replicates=0).headline

    assert told.startswith(
        "This study has scores but no verdicts. good has the highest mean realism "
        "score of all models: 3.25 of 5"
    )


def test_no_minus_stands_before_zero() -> None:
    column = Column("c", "c", 2)

    assert [shown(value, column) for value in (-0.001, -0.006, 0.0)] == [
        "0.00",
        "−0.01",
        "0.00",
    ]


def test_latex_escapes_what_a_source_may_be_called() -> None:
    table = small_table().replace({"source": {"bot": "50%_of $x & #1 {a|b}~^\\"}})

    text = as_latex(analysis.report(table, levels=["definitions"]))

    assert r"50\%\_of \$x \& \#1 \{a\textbar{}b\}\textasciitilde{}" in text
    assert r"\toprule" in text


def test_latex_sets_numbers_to_the_right_and_scales_what_is_too_wide() -> None:
    made = analysis.report(small_table(), replicates=0)

    sources = latex_table(made.table("sources"))
    half_widths = latex_table(made.table("half_widths"))

    assert "\\begin{tabular}{ll" + "r" * 18 + "}" in sources
    assert "\\resizebox{\\textwidth}{!}{%\n\\begin{tabular}" in sources
    assert "\\end{tabular}}\n" in sources
    assert "\\begin{tabular}{lr}" in half_widths
    assert "resizebox" not in half_widths


def test_html_escapes_what_a_source_may_be_called() -> None:
    table = small_table().replace({"source": {"bot": "<script>alert(1)</script>"}})

    text = FORMATS["html"](analysis.report(table, levels=["definitions"]))

    assert "<script>" not in text
    assert "&lt;script&gt;" in text
