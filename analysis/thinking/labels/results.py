"""What was found of one set of MMLA, as typed objects."""

from dataclasses import dataclass

from analysis.metrics.answered import Gap, Rate
from analysis.thinking.answers import RunFacts
from analysis.thinking.labels.answers import LabelFacts
from analysis.thinking.results import PeopleSubset, ReplyCounts
from tasks.mmla.metrics import Classification


@dataclass(frozen=True)
class LabelRunResult:
    """One run in numbers, over all its replies.

    Attributes:
        accuracy: With its interval, clustered by dialogue.
        scores: scikit-learn's, against the set's labels.
        f1_lo, f1_hi: 95 % interval of macro F1, by drawing dialogues.
        as_published: Unreadable replies as one more class.
        is_whole: Every item was asked.
    """

    run: RunFacts
    accuracy: Rate
    scores: Classification
    f1_lo: float
    f1_hi: float
    as_published: Classification
    counts: ReplyCounts
    reply_goal: int
    is_whole: bool


@dataclass(frozen=True)
class LabelPair:
    """Two runs of one mode that saw the video, on the items that both were asked."""

    first: RunFacts
    second: RunFacts
    gap: Gap
    p_holm: float


@dataclass(frozen=True)
class LabelGain:
    """Accuracy with the video minus accuracy with another view, of one source."""

    run: RunFacts
    gap: Gap


@dataclass(frozen=True)
class LabelRepeats:
    """Several runs of one source in one manner: mean and SD of their accuracies."""

    run: RunFacts
    runs: int
    mean_pct: float
    sd: float


@dataclass(frozen=True)
class LabelPeople:
    """What people made of the items; accuracies in percent.

    Attributes:
        accuracy: Of single people, by person and by dialogue.
        scores: Of all their answers.
        majority_pct: How often the most frequent answer is right, over items with at
            least two; a tie is right in part.
        lowest_pct, highest_pct: Single people's.
        kappa, alpha: Fleiss' and Krippendorff's.
        missed: Items with at least two answers, all wrong.
        subsets: All answers, and without some of them.
    """

    people: int
    answers: int
    accuracy: Rate
    scores: Classification
    majority_pct: float
    lowest_pct: float
    highest_pct: float
    kappa: float
    alpha: float
    median_seconds: float
    known_pct: float
    missed: tuple[str, ...]
    subsets: tuple[PeopleSubset, ...]


@dataclass(frozen=True)
class LabelResults:
    """All that is known about the answers to a build of MMLA.

    Attributes:
        majority: Always saying the most frequent label.
        majority_label: Which that is.
    """

    build: LabelFacts
    items: int
    clusters: int
    majority_label: str
    majority: Classification
    runs: tuple[LabelRunResult, ...]
    pairs: tuple[LabelPair, ...]
    gains: tuple[LabelGain, ...]
    repeats: tuple[LabelRepeats, ...]
    people: LabelPeople | None = None
