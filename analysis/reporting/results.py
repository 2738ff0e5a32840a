"""What was found in a data set, and what the figures rest on.

Every figure is an attribute. One that cannot be estimated is `Undefined`, a NaN with a
reason; one whose level was not asked for is `Absent`. The flat names of metrics.md are
made in `naming` alone.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from analysis.metrics.agreement import AgreementFigures
from analysis.metrics.annotators import AnnotatorFigures
from analysis.metrics.dawid_skene import Skill
from analysis.metrics.detection import Baselines, Sensitivity
from analysis.metrics.equivalence import ToPeople
from analysis.metrics.intervals import Bounds, Interval
from analysis.metrics.order import OrderFigures
from analysis.metrics.regressions import ModelFigures
from analysis.metrics.scores_by_threshold import Area
from analysis.metrics.sources import SourceFigures
from analysis.metrics.variance import Component
from analysis.reporting.care import AnnotatorCare
from analysis.reporting.stop_rule import StopRule
from analysis.reporting.variants import Variant


@dataclass(frozen=True)
class Exclusion:
    """An annotator whom a researcher left out, and why."""

    annotator: str
    reason: str
    judgments: int


@dataclass(frozen=True)
class Withdrawn:
    """What annotators saw no more from some moment on.

    Attributes:
        name: The video, or the comment with its video.
        reason: Why.
        judgments: How many were submitted on it.
        counts: Whether they count in the figures.
    """

    name: str
    reason: str
    judgments: int
    counts: bool


@dataclass(frozen=True)
class Deviation:
    """What is not as registered.

    Attributes:
        key: What it is, by `registration.FACTS`.
        registered, actual: As text.
    """

    key: str
    registered: str
    actual: str


@dataclass(frozen=True)
class Registered:
    """That a study was registered before judgments existed, and how it differs.

    Attributes:
        sha256: Of the document.
        at: When, ISO 8601, UTC.
        deviations: Found by comparing what was registered with what was done.
        is_closed: Whether data collection has ended.
    """

    sha256: str
    at: str
    deviations: tuple[Deviation, ...] = ()
    is_closed: bool = False


@dataclass(frozen=True)
class About:
    """What only the platform knows of a study, for a report of its exported table."""

    study: str = ""
    protocol_version: str = ""
    excluded: tuple[Exclusion, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    stop_rule: StopRule | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    registration: Registered | None = None
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True)
class Provenance:
    """What the figures rest on: the same data and seed give the same digits.

    Attributes:
        study: Title of the study, or the name of the file.
        protocol_version: Of the study; empty for a file.
        fingerprint: SHA-256 of the data in canonical form.
        software: Version of this project.
        libraries: Versions of what computed the figures.
        seed, replicates, levels: How the report was asked for.
        excluded: Annotators left out.
        withdrawn: Videos and comments that were withdrawn while people judged.
        stop_rule: Of the study, if one was set.
        titles: What sources are called, by their names in the data.
        registration: Of the study, if there is one.
        variants: All ways in which the sources' comments came about.
    """

    study: str
    protocol_version: str
    fingerprint: str
    software: str
    libraries: Mapping[str, str]
    seed: int
    replicates: int
    levels: tuple[str, ...]
    excluded: tuple[Exclusion, ...]
    withdrawn: tuple[Withdrawn, ...] = ()
    stop_rule: StopRule | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    registration: Registered | None = None
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True)
class Counts:
    """How much there is to go by."""

    judgments: int
    verdicts: int
    scores: int
    annotators: int
    videos: int
    comments: int


@dataclass(frozen=True)
class ScoreShare:
    """Both readings of Score@k for one source: at least k, and exactly k.

    With the 95 % interval of the first, which the lowest score has none of.
    """

    k: int
    ge_pct: float
    eq_pct: float
    ge_lo_pct: float
    ge_hi_pct: float


@dataclass(frozen=True)
class SourceResult:
    """What one source achieved, and how sure that is.

    Attributes:
        name: Of the source.
        is_human: Whether people wrote its comments.
        figures: The definitions.
        score_shares: By score, from the lowest.
        detection: All human comments against this source; absent for people's.
        rate: Interval of Judged-as-Human.
        mean: Interval of the mean score.
        wilson: Of Judged-as-Human, ignoring clustering.
        rank: 1 is judged human most often.
        to_people: Whether it passes as people do; absent for people's.
        area: Under the ROC curve of the scores of human comments against this source's.
        gee, glmm: The regression models.
    """

    name: str
    is_human: bool
    figures: SourceFigures[float]
    score_shares: tuple[ScoreShare, ...]
    detection: Sensitivity[float]
    rate: Interval[float]
    mean: Interval[float]
    wilson: Bounds[float]
    rank: Bounds[float]
    to_people: ToPeople[float]
    area: Area[float]
    gee: ModelFigures[float]
    glmm: ModelFigures[float]

    @property
    def judged_human_pct(self) -> float:
        """Judged-as-Human, the main figure."""
        return self.figures.judged_human_pct

    @property
    def half_width(self) -> float:
        """Half of the main interval's width, in points; NaN with its reason."""
        lo, hi = self.rate.lo, self.rate.hi
        return lo if math.isnan(lo) else (hi - lo) / 2


@dataclass(frozen=True)
class PairResult:
    """The first source's Judged-as-Human minus the second's, with a 95 % interval."""

    first: str
    second: str
    diff_pct: float
    se2way_pct: float
    ci_lo_pct: float
    ci_hi_pct: float
    p_t: float
    p_t_holm: float
    p_t_bh: float


@dataclass(frozen=True)
class Reversal:
    """How few must be removed until the order of two sources is reversed.

    Attributes:
        first, second: The sources.
        annotators, videos: At most so many (metrics.influence).
        judgments: Exactly so many.
    """

    first: str
    second: str
    annotators: float
    videos: float
    judgments: float


@dataclass(frozen=True)
class Reading:
    """A reading of agreement with its 95 % interval."""

    value: float
    lo: float
    hi: float


@dataclass(frozen=True)
class Agreement:
    """Every reading over all comments, over those of people, and of models."""

    all: AgreementFigures[Reading]
    human: AgreementFigures[Reading]
    ai: AgreementFigures[Reading]


@dataclass(frozen=True)
class Detection:
    """Human comments against those of all models."""

    dprime: float
    c: float
    auc_score: float


@dataclass(frozen=True)
class AnnotatorResult:
    """The signs of one annotator."""

    code: str
    figures: AnnotatorFigures[float]
    skill: Skill[float]


@dataclass(frozen=True)
class CategoryRate:
    """Judged-as-Human of one source in the videos of one category; `n` verdicts."""

    category: str
    source: str
    n: int
    pct: float
    lo: float
    hi: float


@dataclass(frozen=True)
class Findings:
    """All figures of a data set; `scores` are the values of its realism scale."""

    scores: tuple[int, ...]
    counts: Counts
    sources: tuple[SourceResult, ...]
    pairs: tuple[PairResult, ...]
    reversals: tuple[Reversal, ...]
    agreement: Agreement
    detection: Detection
    baselines: Baselines
    annotators: tuple[AnnotatorResult, ...]
    order: OrderFigures
    categories: tuple[CategoryRate, ...]
    verdict_variance: tuple[Component, ...] = ()
    score_variance: tuple[Component, ...] = ()


@dataclass(frozen=True)
class ComparedSource:
    """The figures of a source that are shown with and without exclusions."""

    source: str
    judged_human_pct: float
    lo_pct: float
    hi_pct: float
    mean_score: float


@dataclass(frozen=True)
class Compared:
    """The figures that are shown with and without exclusions."""

    sources: tuple[ComparedSource, ...]
    annotators: int
    judgments: int
    pairwise_pct: float
    alpha_nominal_verdict: float
    alpha_ordinal_score: float
    dprime_pooled: float


@dataclass(frozen=True)
class Results:
    """The figures of a data set, and what they rest on.

    Attributes:
        found: The figures.
        with_excluded: Some of them with the judgments of the annotators who were left
            out; None where nobody was.
        provenance: What all this rests on.
        care: Attention checks and planned repeats, by annotator; none are known for a
            table alone.
    """

    found: Findings
    with_excluded: Compared | None
    provenance: Provenance
    care: tuple[AnnotatorCare, ...] = ()

    def title(self, source: str) -> str:
        """What a source is called in tables and figures: its title, else its name."""
        return self.provenance.titles.get(source, source)

    def source(self, name: str) -> SourceResult:
        """The source of that name.

        Raises:
            KeyError: There is none; the message names those there are.
        """
        return _named(name, {one.name: one for one in self.found.sources})

    def annotator(self, code: str) -> AnnotatorResult:
        """The annotator of that code.

        Raises:
            KeyError: There is none; the message names those there are.
        """
        return _named(code, {one.code: one for one in self.found.annotators})

    @property
    def human(self) -> SourceResult | None:
        """The human source, the first where there are more."""
        return next((one for one in self.found.sources if one.is_human), None)


_Item = TypeVar("_Item")


def _named(name: str, items: Mapping[str, _Item]) -> _Item:
    if name not in items:
        raise KeyError(f"no {name!r}; there are {', '.join(items)}")
    return items[name]
