"""Researchers' texts become HTML that can do no harm."""

from annotation.rules.studies.markdown import render_markdown


def test_html_in_a_text_stays_text() -> None:
    html = render_markdown("<script>alert(1)</script> <b>bold</b>")

    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html


def test_links_lead_to_the_web_and_nowhere_else() -> None:
    html = render_markdown("[good](https://example.org) [bad](javascript:alert(1))")

    assert '<a href="https://example.org">good</a>' in html
    assert "href" not in html.replace('href="https://example.org"', "")


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert "<img" not in render_markdown("![a picture](https://example.org/x.png)")


def test_headings_stand_below_the_heading_of_the_page() -> None:
    html = render_markdown("# First\n\n## Second\n\n###### Sixth")

    assert html == "<h2>First</h2>\n<h3>Second</h3>\n<h6>Sixth</h6>\n"


def test_tables_carry_no_inline_style() -> None:
    html = render_markdown("| a | b |\n|:--|--:|\n| 1 | 2 |")

    assert "<td>2</td>" in html
    assert "style" not in html
