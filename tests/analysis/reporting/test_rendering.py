"""Reports as Markdown, LaTeX and HTML: the same bytes, and nothing slips through."""

import pytest

import analysis
from analysis.reporting.rendering import FORMATS, as_latex, as_markdown
from tests.analysis.long_tables import small_table


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
    assert answer.startswith("bot is taken for human in 25.0 % of cases (")
    assert answer.endswith("), people in 83.3 %.")


def test_latex_escapes_what_a_source_may_be_called() -> None:
    table = small_table().replace({"source": {"bot": "50%_of $x & #1 {a|b}~^\\"}})

    text = as_latex(analysis.report(table, levels=["definitions"]))

    assert r"50\%\_of \$x \& \#1 \{a\textbar{}b\}\textasciitilde{}" in text
    assert r"\toprule" in text


def test_html_escapes_what_a_source_may_be_called() -> None:
    table = small_table().replace({"source": {"bot": "<script>alert(1)</script>"}})

    text = FORMATS["html"](analysis.report(table, levels=["definitions"]))

    assert "<script>" not in text
    assert "&lt;script&gt;" in text
