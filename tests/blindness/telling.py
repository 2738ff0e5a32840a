"""How far origins are told from a table of features: an area, its interval, and p.

Each batch is ranked by a classifier that never saw its video, and the area under the
ROC curve is taken inside each batch, so that nothing helps which differs between
batches.

The classifier is a ridge regression on the features and on waves of their ranks within
the batch, so that it finds what stands high, low, in the middle or at both ends. None
of these looks at labels: training it again with other labels is one product of
matrices. So the permutation test trains anew for each permutation (labels shuffled
within batches) and is exact, as Phipson and Smyth (2010) count it:
(1 + as far or further) / (1 + all).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Floats = npt.NDArray[np.float64]

_FOLDS = 5
_WAVES, _PENALTY = 3, 100.0
_NOTHING = 1e-9
_Z = 1.96


@dataclass(frozen=True)
class Told:
    """What a classifier made of it; 0.5 is nothing.

    Attributes:
        area: Mean over batches of the area under the ROC curve.
        low: Lower end of its interval at 95 %, over batches.
        high: Upper end.
        p: Share of shuffled labels that are told at least as far from 0.5.
    """

    area: float
    low: float
    high: float
    p: float
    batches: int
    # Standard deviation of the area over shuffled labels.
    spread: float

    def __str__(self) -> str:
        return (
            f"AUC {self.area:.3f} (95 % CI {self.low:.3f} to {self.high:.3f}), "
            f"permutation p = {self.p:.4f}, {self.batches} batches"
        )


def told_apart(
    table: Floats, is_one: npt.NDArray[np.bool_], *, permutations: int, seed: int = 0
) -> Told:
    """Try to tell the marked ones of each batch.

    Args:
        table: (batches, comments, features).
        is_one: (batches, comments), alike many in each batch.
        permutations: How often the labels are shuffled.
        seed: Of folds and shuffles.
    """
    chance = np.random.default_rng(seed)
    labels = np.concatenate(
        [is_one[:, :, None], _shuffled(is_one, permutations, chance)], axis=2
    )
    scores = _held_out(_expanded(table), labels, chance)
    by_batch = _areas(scores, labels)
    areas = by_batch.mean(axis=0)
    area, others = areas[0], areas[1:]
    far = np.sum(np.abs(others - 0.5) >= abs(area - 0.5))
    error = _Z * by_batch[:, 0].std(ddof=1) / np.sqrt(len(table))
    return Told(
        float(area),
        float(area - error),
        float(area + error),
        float((1 + far) / (1 + permutations)),
        len(table),
        float(others.std()),
    )


def _shuffled(
    is_one: npt.NDArray[np.bool_], count: int, chance: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """(batches, comments, count): the labels of each batch in another order."""
    repeated = np.repeat(is_one[:, :, None], count, axis=2)
    return chance.permuted(repeated, axis=1)


def _expanded(table: Floats) -> Floats:
    """(batches, comments, more features), without a look at labels."""
    batches, comments, _ = table.shape
    ranks = (rankdata(table, axis=1) - 0.5) / comments
    waves = [np.cos(np.pi * n * ranks) for n in range(1, _WAVES + 1)]
    flat = np.concatenate([table, *waves], axis=2).reshape(batches * comments, -1)
    flat = flat[:, np.ptp(flat, axis=0) > _NOTHING]
    flat = np.clip((flat - flat.mean(axis=0)) / flat.std(axis=0), -5, 5)
    return np.asarray(flat.reshape(batches, comments, -1))


def _held_out(
    table: Floats, labels: npt.NDArray[np.bool_], chance: np.random.Generator
) -> Floats:
    """(batches, comments, labellings): scores from the other folds' batches."""
    table = table - table.mean(axis=1, keepdims=True)
    targets = labels - labels.mean(axis=1, keepdims=True)
    fold = chance.permutation(len(table)) % _FOLDS
    scores = np.empty(labels.shape)
    width = table.shape[2]
    for number in range(_FOLDS):
        learnt = table[fold != number].reshape(-1, width)
        wanted = targets[fold != number].reshape(-1, labels.shape[2])
        weights = np.linalg.solve(
            learnt.T @ learnt + _PENALTY * np.eye(width), learnt.T @ wanted
        )
        scores[fold == number] = table[fold == number] @ weights
    assert np.isfinite(scores).all()
    # Ties are broken by chance, not by place.
    return scores + chance.normal(0, 1e-9, scores.shape)


def _areas(scores: Floats, labels: npt.NDArray[np.bool_]) -> Floats:
    """(batches, labellings): the area within each batch."""
    ranks = scores.argsort(axis=1).argsort(axis=1) + 1
    ones = labels.sum(axis=1)
    above = (ranks * labels).sum(axis=1) - ones * (ones + 1) / 2
    return np.asarray(above / (ones * (labels.shape[1] - ones)))
