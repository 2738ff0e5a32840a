"""A judge's fit, its card, the gates, and estimates with it. No database."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from analysis.errors import AnalysisError
from analysis.judge.by_video import kendall, weighted_areas
from analysis.judge.calibration import calibration_of
from analysis.judge.card import Card, card_of
from analysis.judge.card_tables import card_markdown, card_tables
from analysis.judge.estimating import PoweredStudy, powered_study
from analysis.judge.fitting import NO_FOLD, Fitted, cross_fit, fit_shares, surface_table
from analysis.judge.gates import Facts, Support, reason_of, refusals
from analysis.judge.guess_files import Guess, read_guesses, written_guesses
from analysis.judge.material import Material
from analysis.judge.tables import FORMATS, PEOPLE, WITH_JUDGE, powered_table
from analysis.judgments.arrays import FloatArray
from analysis.metrics.clusters import answers, cluster_covariance
from analysis.metrics.intervals import rate_interval
from tests.analysis.judge.studies import simulated_material

FACTS = Facts(versions=("v" * 64,))


@pytest.fixture(scope="module")
def material() -> Material:
    return simulated_material()


@pytest.fixture(scope="module")
def fitted(material: Material) -> Fitted:
    return cross_fit(material, surface_table(material))


@pytest.fixture(scope="module")
def card(material: Material, fitted: Fitted) -> Card:
    return card_of(material, fitted)


@pytest.fixture(scope="module")
def found(material: Material, fitted: Fitted) -> PoweredStudy:
    return powered_study(
        material,
        fitted.guess,
        FACTS,
        judge="J",
        replicates=200,
        titles={"alpha": "Alpha"},
    )


def one_a_verdict(
    material: Material, guess: FloatArray
) -> tuple[Sequence[int], Sequence[float]]:
    """Every verdict with its guess, written out."""
    verdicts, guesses = [], []
    for human, count, value in zip(
        material.humans.tolist(),
        material.verdicts.tolist(),
        guess.tolist(),
        strict=True,
    ):
        verdicts += [1] * human + [0] * (count - human)
        guesses += [value] * count
    return verdicts, guesses


def test_shares_are_fitted_as_sklearn_fits_single_verdicts() -> None:
    rng = np.random.default_rng(1)
    table = rng.normal(size=(80, 3))
    verdicts = rng.integers(1, 5, 80)
    humans = rng.binomial(verdicts, 0.4)

    ours = fit_shares(table, humans, verdicts)

    theirs = LogisticRegression(C=1.0, tol=1e-8).fit(
        np.vstack([table, table]),
        np.repeat([1, 0], 80),
        sample_weight=np.concatenate([humans, verdicts - humans]),
    )
    assert ours[:-1] == pytest.approx(theirs.coef_[0], abs=1e-3)
    assert ours[-1] == pytest.approx(theirs.intercept_[0], abs=1e-3)


def test_no_guess_rests_on_judgments_of_its_video(material: Material) -> None:
    table = surface_table(material)
    before = cross_fit(material, table)
    video = 5
    other = replace(material)
    # Turn every verdict under one video around.
    flipped = np.where(
        material.judgments.video == video,
        1 - material.judgments.verdict,
        material.judgments.verdict,
    ).astype(np.int8)
    other = replace(other, judgments=replace(material.judgments, verdict=flipped))

    after = cross_fit(other, table)

    own = material.video == video
    assert after.guess[own] == pytest.approx(before.guess[own], abs=1e-12)
    assert not np.allclose(after.guess[~own], before.guess[~own], atol=1e-9)


def test_videos_that_nobody_judged_get_the_mean_of_all_folds(
    material: Material, fitted: Fitted
) -> None:
    unjudged = ~material.is_judged[material.video]

    assert np.all(fitted.fold[unjudged] == NO_FOLD)
    assert set(fitted.fold[~unjudged]) == {0, 1, 2, 3, 4}
    assert not np.isnan(fitted.guess).any()
    assert not np.isnan(fitted.source_unseen).any()


def test_a_judge_needs_verdicts_of_both_kinds_on_enough_videos(
    material: Material,
) -> None:
    judgments = material.judgments
    alike = replace(judgments, verdict=np.ones_like(judgments.verdict))

    with pytest.raises(AnalysisError, match="both kinds"):
        cross_fit(replace(material, judgments=alike), surface_table(material))
    few = simulated_material(videos=10, judged=4)
    with pytest.raises(AnalysisError, match="at least 5 videos"):
        cross_fit(few, surface_table(few))


def test_the_card_says_what_sklearn_says(
    card: Card, material: Material, fitted: Fitted
) -> None:
    rows = material.verdicts > 0
    verdicts, guesses = one_a_verdict(material, np.where(rows, fitted.guess, 0.5))

    assert card.videos.auc.value == pytest.approx(roc_auc_score(verdicts, guesses))
    assert card.calibration.brier == pytest.approx(brier_score_loss(verdicts, guesses))
    assert card.calibration.log_loss == pytest.approx(log_loss(verdicts, guesses))
    assert card.verdicts == len(verdicts)


def test_the_card_has_every_line(card: Card) -> None:
    assert card.videos.auc.lo < card.videos.auc.value < card.videos.auc.hi
    assert card.videos.auc.lo > 0.55  # the surface does tell something here
    assert 0 < card.videos.spearman.value < 1
    assert 0.5 < card.sources.auc.value < 1
    assert 0.5 < card.person.auc.value < 1
    assert [win.epsilon for win in card.wins] == [0.1, 0.15, 0.2]
    assert 0 <= card.advantage <= 1
    assert [one.bias for one in card.bias] == sorted(
        (one.bias for one in card.bias), reverse=True
    )
    assert card.tau.value <= 1
    assert 0 <= card.reversed_pairs <= card.significant_pairs
    assert [cue.name for cue in card.cues][1] == "emoji"
    assert np.isnan(card.cues[1].people)  # no text has any
    assert card.cues[0].judge < 0  # long texts look like AI here, to both
    assert sum(one.verdicts for one in card.calibration.bins) == card.verdicts
    for groups in (card.bias, card.scripts):
        briers = [one.brier * one.verdicts for one in groups]
        assert sum(briers) / card.verdicts == pytest.approx(card.calibration.brier)
    text = card_markdown(card)
    for table in card_tables(card):
        assert table.title in text


def test_bias_is_the_mean_guess_minus_peoples_rate(
    card: Card, material: Material, fitted: Fitted
) -> None:
    own = (material.source == 1) & (material.verdicts > 0)
    count = material.verdicts[own]
    expected = (fitted.guess[own] * count - material.humans[own]).sum() / count.sum()

    (alpha,) = [one for one in card.bias if one.source == "alpha"]

    assert alpha.bias == pytest.approx(100 * expected)
    assert alpha.lo < alpha.bias < alpha.hi


def test_guesses_at_the_true_chance_are_calibrated(material: Material) -> None:
    share = np.nan_to_num(material.share, nan=0.5)
    right = calibration_of(material, 0.3 * share + 0.7 * material.humans.sum() / 720)
    wrong = calibration_of(material, np.full(len(share), 0.95))

    assert wrong.ece_pct > wrong.ece_chance_pct
    assert right.ece_pct < wrong.ece_pct


def test_ties_count_half_in_an_area_and_rankings_are_compared_by_tau() -> None:
    value = np.array([0.2, 0.5, 0.5, 0.9])
    humans = np.array([[0.0, 1, 0, 1]])
    others = np.array([[1.0, 0, 1, 0]])

    assert weighted_areas(value, humans, others)[0] == pytest.approx(3.5 / 4)
    ranks = np.array([[1.0, 2, 3]])
    assert kendall(ranks, ranks)[0] == 1
    assert kendall(ranks, -ranks)[0] == -1


def test_people_come_first_and_are_as_without_a_judge(
    found: PoweredStudy, material: Material
) -> None:
    interval = rate_interval(
        cluster_covariance(answers(material.judgments, material.judgments.verdict))
    )

    assert [one.people.lo for one in found.sources] == pytest.approx(interval.lo)
    table = powered_table(found)
    kinds = [row[1] for row in table.rows]
    assert kinds == [PEOPLE, WITH_JUDGE] * len(found.sources)
    assert all(one.powered is not None for one in found.sources)
    assert all(0 <= one.tuning <= 1 for one in found.sources)
    assert {(one.judged_videos, one.videos) for one in found.sources} == {(60, 120)}


def test_files_mark_every_row_with_a_judge(found: PoweredStudy) -> None:
    latex = FORMATS["latex"](found)
    assert latex.count(r"\dag{}") == len(found.sources) + 1
    assert "Prediction-powered" in latex
    lines = FORMATS["csv"](found).splitlines()
    assert sum(f",{PEOPLE}," in line for line in lines) == len(found.sources)
    assert sum(f",{WITH_JUDGE}," in line for line in lines) == len(found.sources)
    assert "with judge" not in FORMATS["json"](found)
    assert '"powered": {' in FORMATS["json"](found)
    for style in ("md", "html"):
        assert "†" in FORMATS[style](found)


def test_a_refused_source_shows_people_and_the_reason(
    material: Material, fitted: Fitted
) -> None:
    facts = replace(FACTS, pupils=frozenset({"beta"}))

    found = powered_study(material, fitted.guess, facts, replicates=0)

    beta = found.sources[2]
    assert beta.powered is None
    assert beta.people.pct > 0
    assert "trained to please" in FORMATS["csv"](found)
    refused = [pair.powered is None for pair in found.pairs]
    assert refused == ["beta" in (pair.first, pair.second) for pair in found.pairs]


ENOUGH = Support("alpha", verdicts=300, videos=30, annotators=10, missing_pct=20)


@pytest.mark.parametrize(
    ("facts", "support", "words"),
    [
        ({"choice": "by hand"}, {}, "not drawn at random"),
        ({}, {"videos": 29}, "only 29 videos; 30 are needed"),
        ({}, {"annotators": 9}, "Only 9 annotators"),
        ({}, {"verdicts": 0}, "no verdict on this source"),
        ({"is_cross_fitted": False}, {}, "not out of its folds"),
        ({"versions": ("a", "b")}, {}, "2 judge versions"),
        ({"versions": ()}, {}, "0 judge versions"),
        ({"other_settings": frozenset({"alpha"})}, {}, "different settings"),
        ({"pupils": frozenset({"alpha"})}, {}, "trained to please"),
        ({"same_exclusions": False}, {}, "Other annotators are left out"),
        ({"has_card": False}, {}, "has no card"),
        ({}, {"missing_pct": 21.0}, "21 % of the guesses are missing"),
    ],
)
def test_each_gate_refuses_with_its_reason(
    facts: dict[str, object], support: dict[str, object], words: str
) -> None:
    refused = refusals(
        replace(FACTS, **facts),  # type: ignore[arg-type]
        replace(ENOUGH, **support),  # type: ignore[arg-type]
    )

    (refusal,) = refused
    assert words in reason_of(refusal)


@pytest.mark.parametrize("choice", ["random", "all", "probabilities"])
def test_gates_let_pass_what_is_sound(choice: str) -> None:
    assert refusals(replace(FACTS, choice=choice), ENOUGH) == ()


def test_a_few_missing_guesses_are_filled_and_many_are_refused(
    material: Material, fitted: Fitted
) -> None:
    rng = np.random.default_rng(0)
    few = np.where(rng.random(len(fitted.guess)) < 0.1, np.nan, fitted.guess)
    many = np.where(rng.random(len(fitted.guess)) < 0.5, np.nan, fitted.guess)

    some = powered_study(material, few, FACTS, replicates=0)
    none = powered_study(material, many, FACTS, replicates=0)

    assert all(one.powered is not None for one in some.sources)
    assert all(one.powered is None for one in none.sources)


def test_guesses_go_into_a_file_and_come_back(tmp_path: Path) -> None:
    guesses = [Guess("-v", "c1", "alpha", 0.25, "J", "abc")]
    path = tmp_path / "guesses.csv"
    path.write_text(written_guesses(guesses), "utf-8")

    assert read_guesses(path) == guesses
    path.write_text("comment,guess\nc1,1.5\n", "utf-8")
    with pytest.raises(AnalysisError, match=r"line 2: '1\.5' is not a number from 0"):
        read_guesses(path)
    path.write_text("comment\nc1\n", "utf-8")
    with pytest.raises(AnalysisError, match="needs the columns"):
        read_guesses(path)
