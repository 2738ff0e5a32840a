"""Whether guesses mean what they say: of comments at 30 %, 30 % are judged human."""

from dataclasses import dataclass

import numpy as np

from analysis.judge.material import Material
from analysis.judgments.arrays import FloatArray, IntArray
from analysis.metrics.undefined import Undefined

BINS = 10
_RESAMPLES = 200
_SURE = 1e-6


@dataclass(frozen=True)
class Bin:
    """Comments with near guesses: mean guess, share judged human, verdicts."""

    guess_pct: float
    human_pct: float
    verdicts: int


@dataclass(frozen=True)
class Calibration:
    """Of single verdicts.

    Attributes:
        brier: Mean squared distance of guess and verdict; 0.25 says nothing.
        log_loss: Mean negative log likelihood, in nats.
        ece_pct: Mean distance of guess and share over bins of equal size, in points.
        ece_chance_pct: What 95 % of perfectly calibrated judges would stay under.
        bins: The reliability curve.
    """

    brier: float
    log_loss: float
    ece_pct: float
    ece_chance_pct: float
    bins: tuple[Bin, ...]


def brier_score(guess: FloatArray, humans: IntArray, verdicts: IntArray) -> float:
    """Mean squared distance of guess and single verdict, over comments."""
    off = humans * (1 - guess) ** 2 + (verdicts - humans) * guess**2
    return float(off.sum() / verdicts.sum())


def calibration_of(
    material: Material, guess: FloatArray, *, seed: int = 0
) -> Calibration:
    """Compare out-of-fold guesses with people's verdicts.

    Unit of analysis: the verdict.
    """
    rows = (material.verdicts > 0) & ~np.isnan(guess)
    if not rows.any():
        why = Undefined("")
        return Calibration(why, why, why, why, ())
    order = np.argsort(guess[rows], kind="stable")
    p = guess[rows][order]
    count = material.verdicts[rows][order].astype(np.float64)
    humans = material.humans[rows][order].astype(np.float64)
    total = count.sum()
    sure = np.clip(p, _SURE, 1 - _SURE)
    loss = humans * np.log(sure) + (count - humans) * np.log1p(-sure)
    place = np.minimum((np.cumsum(count) - count / 2) * BINS // total, BINS - 1)
    number = place.astype(np.intp)
    sizes = np.bincount(number, count, BINS)
    means = np.bincount(number, count * p, BINS)
    shares = np.bincount(number, humans, BINS)
    rng = np.random.default_rng([seed, 8])
    chance = [
        np.abs(
            np.bincount(number, rng.binomial(count.astype(np.int64), p), BINS) - means
        ).sum()
        / total
        for _resample in range(_RESAMPLES)
    ]
    return Calibration(
        brier=float((humans * (1 - p) ** 2 + (count - humans) * p**2).sum() / total),
        log_loss=float(-loss.sum() / total),
        ece_pct=float(100 * np.abs(shares - means).sum() / total),
        ece_chance_pct=float(100 * np.quantile(chance, 0.95)),
        bins=tuple(
            Bin(100 * mean / size, 100 * share / size, int(size))
            for mean, share, size in zip(
                means.tolist(), shares.tolist(), sizes.tolist(), strict=True
            )
            if size
        ),
    )
