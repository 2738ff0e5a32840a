"""Regression models of the verdicts, as a cross-check of the intervals. Slow."""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

import numpy as np
from scipy import special

from analysis.judgments.arrays import BoolArray, FloatArray, IntArray, Judgments
from analysis.metrics.intervals import FEW_ANNOTATORS, FEW_VIDEOS, FEWEST, TWO_SIDED_95
from analysis.metrics.sources import NO_VERDICTS
from analysis.metrics.undefined import Figures, Held, Reason, figures
from pages.phrases import phrase as _

MOST_JUDGMENTS = 1_000_000  # statsmodels needs a minute and 1.6 GB at 580,000
_R_TIMEOUT_S = 3_600
_GLMM = """
suppressPackageStartupMessages(library(lme4))
d <- read.csv("verdicts.csv", colClasses = c("factor", "factor", "factor", "numeric"))
fit <- glmer(verdict ~ 0 + source + (1 | annotator) + (1 | video), d, binomial,
             control = glmerControl(optimizer = "bobyqa"))
write.table(format(summary(fit)$coefficients[, 1:2, drop = FALSE], digits = 17),
            "rates.txt", quote = FALSE, row.names = FALSE, col.names = FALSE)
"""


@dataclass(frozen=True)
class ModelFigures(Generic[Held]):
    """Judged-as-Human by a regression model, in percent."""

    estimate: Held
    lo: Held
    hi: Held


@dataclass(frozen=True)
class _Verdicts:
    """The verdicts that a model can use.

    Attributes:
        rows: Rows with a verdict on a source that got both verdicts.
        mixed: (sources,) which sources these are.
        obstacle: Why no model can be fitted; empty where one can.
    """

    rows: IntArray
    mixed: BoolArray
    obstacle: str


def gee_rates(judgments: Judgments) -> ModelFigures[Figures]:
    """Binomial GEE on source dummies, clusters = videos, exchangeable correlation.

    Unit of analysis: the judgment. Robust errors, normal quantiles. Liang and Zeger
    1986, Biometrika 73, 13-22.
    """
    data = _verdicts(judgments)
    if data.obstacle:
        return _as_figures(judgments, data, None, data.obstacle)
    if len(data.rows) > MOST_JUDGMENTS:
        why = f"GEE is not fitted to more than {MOST_JUDGMENTS:,} verdicts"
        return _as_figures(judgments, data, None, why)
    import statsmodels.api as sm

    place = (np.cumsum(data.mixed) - 1)[judgments.source[data.rows]]
    design = np.zeros((len(data.rows), int(data.mixed.sum())))
    design[np.arange(len(data.rows)), place] = 1
    fit = sm.GEE(
        judgments.called_human[data.rows].astype(np.float64),
        design,
        groups=judgments.video[data.rows],
        family=sm.families.Binomial(),
        cov_struct=sm.cov_struct.Exchangeable(),
    ).fit()
    return _as_figures(judgments, data, np.stack([fit.params, fit.bse]), "")


def glmm_rates(judgments: Judgments) -> ModelFigures[Figures]:
    """Crossed logistic mixed model, (1 | annotator) + (1 | video), by R's lme4.

    Unit of analysis: the judgment. Rates are those at a typical annotator and video,
    hence further from 50 % than pooled ones; Wald intervals. Bates et al. 2015, Journal
    of Statistical Software 67(1). Undefined where R or lme4 is not installed.
    """
    data = _verdicts(judgments)
    if data.obstacle:
        return _as_figures(judgments, data, None, data.obstacle)
    program = shutil.which("Rscript")
    if program is None:
        return _as_figures(judgments, data, None, "R is not installed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_verdicts(folder / "verdicts.csv", judgments, data.rows)
        done = subprocess.run(  # noqa: S603  (our own script, no shell)
            [program, "-e", _GLMM],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_R_TIMEOUT_S,
            check=False,
        )
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:] or ["no message"]
            return _as_figures(judgments, data, None, f"R failed: {last[0]}")
        table = np.loadtxt(folder / "rates.txt", ndmin=2)
    return _as_figures(judgments, data, table.T, "")


def _verdicts(judgments: Judgments) -> _Verdicts:
    given = judgments.verdict >= 0
    sources = len(judgments.sources)
    all_ = np.bincount(judgments.source[given], minlength=sources)
    human = np.bincount(judgments.source[given], judgments.called_human[given], sources)
    mixed = (human > 0) & (human < all_)
    rows = np.flatnonzero(given & mixed[judgments.source])
    if not len(rows):
        return _Verdicts(rows, mixed, _("no source has both verdicts"))
    for codes, why in (
        (judgments.annotator, FEW_ANNOTATORS),
        (judgments.video, FEW_VIDEOS),
    ):
        if len(np.unique(codes[rows])) < FEWEST:
            return _Verdicts(rows, mixed, why)
    return _Verdicts(rows, mixed, "")


def _as_figures(
    judgments: Judgments, data: _Verdicts, log_odds: FloatArray | None, obstacle: str
) -> ModelFigures[Figures]:
    """Percentages and bounds from (2, mixed sources) log-odds and errors."""
    bounds = np.full((3, len(judgments.sources)), np.nan)
    if log_odds is not None:
        reach = special.ndtri(TWO_SIDED_95) * log_odds[1]
        steps = np.array([[0], [-1], [1]])
        bounds[:, data.mixed] = 100 * special.expit(log_odds[0] + steps * reach)
    judged = np.zeros(len(judgments.sources), dtype=bool)
    judged[judgments.source[judgments.verdict >= 0]] = True
    reasons: list[Reason] = [
        (~judged, NO_VERDICTS),
        (bool(obstacle), obstacle),
        (~data.mixed, "all verdicts alike: infinite log-odds"),
    ]
    return ModelFigures(*(figures(row, *reasons) for row in bounds))


def _write_verdicts(path: Path, judgments: Judgments, rows: IntArray) -> None:
    """Codes, not names; zero-padded so that R's factors keep the sources' order."""
    with path.open("w", encoding="ascii") as file:
        file.write("annotator,video,source,verdict\n")
        columns = (judgments.annotator, judgments.video, judgments.source)
        cells = (column[rows].tolist() for column in columns)
        for a, v, s, verdict in zip(
            *cells, judgments.called_human[rows].tolist(), strict=True
        ):
            file.write(f"a{a},v{v},s{s:06d},{verdict}\n")
