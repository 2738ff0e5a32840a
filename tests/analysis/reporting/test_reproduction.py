"""How far one study reproduces another, by hand."""

import math

import numpy as np
import pytest

from analysis.judgments.arrays import Judgments
from analysis.reporting.reproduction import Reproduction
from analysis.reporting.two_studies import compare_studies
from tests.analysis.long_tables import Row, judgments, row, votes


def reproduced(first: list[Row], second: list[Row]) -> Reproduction:
    return compare_studies(judgments(first), judgments(second)).reproduction


def test_agreement_is_over_the_comments_that_both_judged() -> None:
    first = [*votes("v1-a-1", "hhh"), *votes("v2-a-2", "aah"), *votes("v3-a-3", "hha")]
    second = [*votes("v1-a-1", "hha"), *votes("v2-a-2", "hhh"), *votes("v4-a-4", "aaa")]

    found = reproduced(first, second)

    # Majorities of the two shared comments: Human and AI, then Human and Human.
    assert found.ai.comments == 2
    # One of two units differs; three of four values are 1: 1 - 3/4 x 1 / 0.75.
    assert found.ai.alpha_verdict == pytest.approx(0)
    assert math.isnan(found.ai.alpha_score)


def test_a_tie_has_no_majority() -> None:
    first = [*votes("v1-a-1", "ha"), *votes("v2-a-2", "hh"), *votes("v3-a-3", "aa")]

    found = reproduced(first, first)

    assert found.ai.comments == 3
    assert found.ai.alpha_verdict == 1


def clear(worse: str, better: str) -> Judgments:
    """Twelve annotators, twelve videos; one source passes a lot less often."""
    rows, chance = [], np.random.default_rng(2)
    for video in range(12):
        for person in range(12):
            for source, passes in ((worse, 0.1), (better, 0.8), ("c", 0.8)):
                is_human = chance.random() < passes
                rows.append(
                    row(
                        f"p{person}",
                        f"v{video}-{source}-1",
                        "human" if is_human else "ai",
                        score=5 if is_human else 0,
                    )
                )
    return judgments(rows)


def test_a_finding_is_upheld_where_sign_and_significance_are_the_same() -> None:
    once, turned = clear("a", "b"), clear("b", "a")

    same = compare_studies(once, once).reproduction.all
    other = compare_studies(once, turned).reproduction.all

    # b and c pass more often than a, and do not differ from each other.
    assert (same.findings.pairs, same.findings.significant) == (3, 2)
    assert (same.findings.upheld_pct, same.findings.confirmed) == (100, 2)
    assert same.rate.cv == 0
    # Then a and c pass more often than b: a-b turns round, a-c and b-c change.
    assert (other.findings.upheld, other.findings.reversed) == (0, 1)
    assert (other.findings.significant, other.findings.confirmed) == (2, 0)
    assert other.rate.cv > 0
