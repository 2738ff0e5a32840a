"""The table of a paper: groups, marks, intervals, published values."""

import csv
import io
import re

import numpy as np

import analysis
from analysis.planning.simulation import Design, SimulatedSource, simulate
from analysis.reporting.paper_table import paper_rows
from analysis.reporting.report import Report

SOURCES = (
    SimulatedSource("video-llava-7b", is_human=False, rate_pct=8),
    SimulatedSource("gpt-4o", is_human=False, rate_pct=40),
    SimulatedSource("mimic-chat-8b", is_human=False, rate_pct=70),
    SimulatedSource("human", is_human=True, rate_pct=85, comments=3),
)
TITLES = {
    "human": "Viewers",
    "video-llava-7b": "Video-LLaVA 7B",
    "gpt-4o": "GPT-4o",
    "mimic-chat-8b": "MIMIC-Chat & co",
}


def made() -> Report:
    design = Design(12, 40, redundancy=3, sources=SOURCES)
    data = simulate(design, np.random.default_rng(4))
    return analysis.report(data, replicates=0, titles=TITLES)


def test_sources_stand_in_their_groups_with_the_best_models_marked() -> None:
    rows = paper_rows(made())

    assert [(row.group.name, row.title) for row in rows] == [
        ("PEOPLE", "Viewers"),
        ("PROPRIETARY", "GPT-4o"),
        ("OPEN", "Video-LLaVA 7B"),
        ("OURS", "MIMIC-Chat & co"),
    ]
    marks = {row.title: {figure.mark for figure in row.figures} for row in rows}
    assert marks == {
        "Viewers": {""},
        "GPT-4o": {"second"},
        "Video-LLaVA 7B": {""},
        "MIMIC-Chat & co": {"best"},
    }


def test_markdown_has_one_line_a_source_under_its_group() -> None:
    report = made()

    lines = report.text("paper-md").splitlines()

    assert lines[0].startswith("| Model | Judged-as-Human, % (95 % CI) | Score@≥1, % |")
    assert len({line.count("|") for line in lines}) == 1
    best = next(line for line in lines if "MIMIC-Chat" in line)
    rate = report.source("mimic-chat-8b")
    assert (
        f"**{rate.judged_human_pct:.1f}** ({rate.rate.lo:.1f}–{rate.rate.hi:.1f})"
        in (best)
    )
    assert best.endswith("| 64.24 | 2.88 |")
    first = next(line for line in lines if line.startswith("| *"))
    assert first.startswith("| *Human*")


def test_latex_aligns_with_siunitx_and_escapes_titles() -> None:
    text = made().text("paper-tex")

    assert r"\usepackage{siunitx}" in text
    assert r"MIMIC-Chat \& co & \bfseries" in text
    assert r"{\underline{" in text
    columns = re.search(r"begin\{tabular\}\{(.*)\}", text)
    assert columns is not None
    number = len(re.sub(r"\[.*?\]| ", "", columns.group(1)))
    line = next(line for line in text.splitlines() if line.startswith("Viewers"))
    assert line.count("&") == number - 1
    for rule in ("toprule", "midrule", "bottomrule"):
        assert f"\\{rule}" in text


def test_csv_has_full_digits_and_published_values() -> None:
    report = made()

    rows = list(csv.DictReader(io.StringIO(report.text("paper-csv"))))

    by_source = {row["source"]: row for row in rows}
    figures = report.metrics
    for source, row in by_source.items():
        for name in ("judged_human_pct", "judged_human_ci_lo_pct", "score_ge_3_pct"):
            assert float(row[name]) == figures[f"{name}/{source}"]
    assert by_source["human"]["published_judged_human_pct"] == "87.57"
    assert by_source["human"]["published_mean_score"] == ""
    assert by_source["video-llava-7b"]["published_mean_score"] == "0.58"
    assert by_source["gpt-4o"]["published_judged_human_pct"] == ""
