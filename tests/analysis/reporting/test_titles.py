"""Tables and figures call sources by their titles, figures by name keep their keys."""

import json

import analysis
from analysis.figures.charts import charts
from analysis.reporting.report import Report
from tests.analysis.long_tables import small_table

TITLES = {"human": "Viewers", "bot": "Video-LLaVA 7B"}


def titled(titles: dict[str, str]) -> Report:
    return analysis.report(small_table(), replicates=20, titles=titles)


def test_tables_and_headline_have_titles() -> None:
    report = titled(TITLES)

    for key in ("sources", "scores", "half_widths"):
        assert [row[0] for row in report.table(key).rows] == [
            "Video-LLaVA 7B",
            "Viewers",
        ], key
    (pair,) = report.table("pairs").rows
    assert pair[0] == "Video-LLaVA 7B − Viewers"
    assert report.headline.startswith("Video-LLaVA 7B passed as human")
    assert "judged_human_pct/bot" in report.metrics


def test_figures_have_titles() -> None:
    made = charts(titled(TITLES))

    for name in ("judged-as-human", "scores", "differences"):
        spec = json.dumps(made[name].to_dict())
        assert "Video-LLaVA 7B" in spec, name
        assert '"bot"' not in spec, name


def test_sources_that_share_a_title_are_told_apart() -> None:
    report = titled({"human": "Writer", "bot": "Writer"})

    assert report.table("sources").rows[0][0] == "Writer (bot)"
