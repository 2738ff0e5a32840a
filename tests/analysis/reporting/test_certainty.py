"""What the report says of coverage, of what is still needed, and of single pairs."""

import math
import re

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

import analysis
from analysis.figures.drawing import cross_rows
from analysis.figures.matrix import matrix
from analysis.pages.report import outlook_rows
from analysis.planning.outlook import StudySize, outlook
from analysis.planning.simulation import Design, paper_sources, simulate
from analysis.reporting.chapters import Crosstab
from analysis.reporting.naming import reason_of
from analysis.reporting.report import Report
from analysis.reporting.slices import slices
from annotation.models import Batch, MembershipRole
from tests.analysis.long_tables import frame, votes
from tests.analysis.studies import make_judged_study
from tests.factories import join, make_researcher


@pytest.fixture(scope="module")
def report() -> Report:
    """Twenty annotators, sixty videos, redundancy 3, people and three models."""
    design = Design(20, 60, redundancy=3, sources=paper_sources(models=3))
    return analysis.report(simulate(design, np.random.default_rng(5)), replicates=0)


def test_the_outlook_narrows_with_more_batches_and_more_annotators(
    report: Report,
) -> None:
    size = StudySize(20, 60, 3, 400, 3, 5)

    lines = outlook(report, size)

    assert [line.annotators for line in lines] == [20, 20, 40, 80]
    widths = [line.half_widths for line in lines]
    for source in widths[0]:
        now, done, twice, fourfold = (width[source] for width in widths)
        assert now > done > twice > fourfold
        lo = report.metrics[f"judged_human_ci_lo_pct/{source}"]
        hi = report.metrics[f"judged_human_ci_hi_pct/{source}"]
        assert now == pytest.approx((hi - lo) / 2, rel=0.5)


def test_the_outlook_stands_below_what_was_observed(report: Report) -> None:
    lines = outlook(report, StudySize(20, 60, 3, 90, 3, 5))

    rows = outlook_rows(lines, report, {"human": "People"})

    assert [row.size for row in rows[:2]] == [
        "Observed so far",
        "Simulated, as judged so far",
    ]
    assert f"People ±{report.source('human').half_width:.1f}" in rows[0].widths
    assert all(line.error > 0 for line in lines)


def test_the_outlook_is_empty_without_intervals() -> None:
    alone = analysis.report(frame(votes("v1-bot-1", "h")), replicates=0)

    assert outlook(alone, StudySize(1, 1, 1, 5, 3, 5)) == ()


def test_a_matrix_holds_every_difference_from_both_sides(report: Report) -> None:
    rows = matrix(report, {"human": "People"})

    assert rows[0].title == "People"
    assert len(rows) == len(rows[0].cells) == 4
    ahead, behind = rows[0].cells[3], rows[3].cells[0]
    assert ahead.text.replace("+", "−") == behind.text
    assert ahead.is_ahead
    assert not behind.is_ahead
    assert ahead.is_significant
    assert behind.is_significant
    assert rows[1].cells[1].text == ""


def test_slices_stand_in_the_order_of_their_numbers() -> None:
    design = Design(6, 12, redundancy=3, sources=paper_sources(models=3))
    data = simulate(design, np.random.default_rng(2))
    lengths = ["61 to 140", "1 to 20", "141 and more", "21 to 60"]
    values = [lengths[place % 4] for place in range(len(data.comments))]

    shown = [part.value for part in slices(data, values)]

    assert list(dict.fromkeys(shown)) == [
        "1 to 20",
        "21 to 60",
        "61 to 140",
        "141 and more",
    ]


def test_a_slice_of_one_video_says_why_it_has_no_interval() -> None:
    design = Design(6, 12, redundancy=6, sources=paper_sources(models=3))
    data = simulate(design, np.random.default_rng(2))
    first = data.comment_video == 0
    values = ["film" if is_first else "food" for is_first in first]

    found = {(part.value, part.origin): part for part in slices(data, values)}

    assert math.isnan(found["film", "human"].lo)
    assert reason_of(found["film", "human"].lo) == "needs at least two videos"
    assert reason_of(found["food", "human"].lo) == ""


def test_the_cross_table_counts_verdicts_by_score() -> None:
    table = Crosstab(
        scores=(0, 1, 2, 3, 4, 5),
        human=((1, 0, 0, 0, 0, 0), (0, 0, 0, 0, 2, 3)),
        ai=((4, 0, 0, 0, 1, 0), (0, 0, 0, 0, 1, 0)),
    )

    rows = cross_rows(table)

    assert [row.human_pct for row in rows[:6]] == [0, None, None, None, 100, 100]
    assert rows[10].human_pct == 50
    assert not any(row.human_pct and math.isnan(row.human_pct) for row in rows)


@pytest.mark.django_db
def test_the_page_says_what_is_judged_and_what_is_missing(client: Client) -> None:
    judged = make_judged_study(videos=3, annotators=3)
    batch = Batch.objects.filter(study=judged.study)[0]
    batch.place_count = 4
    batch.save()
    person = make_researcher()
    join(judged.study, person, MembershipRole.RESEARCHER)
    client.force_login(person)

    response = client.get(reverse("analysis:report", args=[judged.study.public_id]))

    text = re.sub(r"\s+", " ", response.content.decode())
    assert "Batches finished: 2 of 3." in text
    assert "Assignments submitted: 9 of 10." in text
    assert "Judgments: 36 of 40." in text
    assert "This study has no stop rule" in text
    assert "Row minus column" in text
    assert "Verdict by score" in text
