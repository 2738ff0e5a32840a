"""What was found, as typed objects."""

from dataclasses import dataclass

from analysis.metrics.answered import Gap, Rate
from analysis.thinking.answers import BuildFacts, RunFacts


@dataclass(frozen=True)
class ReplyCounts:
    """Replies of one run to one task's items, or to all.

    Attributes:
        replies: All of them.
        unreadable: Name no option and decline nothing; wrong.
        refused: Decline to answer; wrong.
    """

    replies: int
    unreadable: int
    refused: int


@dataclass(frozen=True)
class Habits:
    """How much a run's answers depend on the place of an option, in percent.

    The last four are undefined with fewer than four rotations.

    Attributes:
        letters_pct: Share of each letter among the readable replies.
        circular_items: Items with a reply under every rotation.
    """

    letters_pct: tuple[float, ...]
    circular_items: int
    circular_pct: float
    consistent_pct: float
    debiased_pct: float


@dataclass(frozen=True)
class RunResult:
    """One run in numbers.

    Attributes:
        tasks: Accuracy by task.
        axes: Mean of an axis's tasks.
        macro, micro: Over all tasks of the build, each task or each item counting
            alike; undefined for a run that was not asked every task.
        counts: By task.
        brier: Mean squared error of the probabilities (0 is best, 2 worst).
        is_blind_above_chance: Without the video it is surely above 25 %.
    """

    run: RunFacts
    tasks: dict[str, Rate]
    axes: dict[str, Rate]
    macro: Rate
    micro: Rate
    counts: dict[str, ReplyCounts]
    total: ReplyCounts
    reply_goal: int
    habits: Habits
    brier: float
    is_blind_above_chance: bool


@dataclass(frozen=True)
class Pair:
    """Two runs of one mode that saw the video, on the items that both were asked.

    Attributes:
        gap: First minus second, mean of the tasks.
        p_holm: Of the gap, corrected for all pairs of the mode.
        p_mcnemar: Over all items, taken as independent; with one rotation alone.
    """

    first: RunFacts
    second: RunFacts
    gap: Gap
    p_holm: float
    p_mcnemar: float


@dataclass(frozen=True)
class VisualGain:
    """What the video adds: a run with it minus one of the same source without.

    Attributes:
        view: What the other run was shown.
        tasks: By task.
        macro: Mean of the tasks.
    """

    source: str
    title: str
    mode: str
    view: str
    tasks: dict[str, Gap]
    macro: Gap


@dataclass(frozen=True)
class Repeats:
    """Several runs of one source in one manner: other seeds.

    Attributes:
        runs: How many.
        mean: Of the runs, on the items that all were asked; interval over videos.
        sd: Of the runs' macro accuracies, in points.
    """

    title: str
    mode: str
    view: str
    runs: int
    mean: Rate
    sd: float


@dataclass(frozen=True)
class PeopleSubset:
    """Single people's accuracy without some of their answers.

    Attributes:
        without_known: Answers about videos that they know are left out.
        without_looked_up: So are batches for which they looked something up.
        rate: Mean of the tasks, or of MMLA's items; undefined where a task is missing.
    """

    without_known: bool
    without_looked_up: bool
    answers: int
    rate: Rate


@dataclass(frozen=True)
class PeopleResult:
    """What people made of the items; accuracies in percent.

    Attributes:
        people, answers: How many.
        tasks, macro, micro: Of single people, which compares with a model's:
            intervals by person and by video. Macro and micro are undefined where not
            every task was asked.
        majority: Of each task, how often the most frequent answer is right, over items
            with at least two answers; a tie is right in part.
        majority_macro: Mean of these.
        lowest_pct, highest_pct: Single people's accuracies.
        kappa, alpha: Fleiss' and Krippendorff's, of the chosen texts.
        median_seconds: In view before the answer.
        known_pct: Answers about a video that the person said to know.
        missed: Items with at least two answers, all of them wrong: look at these.
        subsets: All answers, and without some of them.
    """

    people: int
    answers: int
    tasks: dict[str, Rate]
    macro: Rate
    micro: Rate
    majority: dict[str, float]
    majority_macro: float
    lowest_pct: float
    highest_pct: float
    kappa: float
    alpha: float
    median_seconds: float
    known_pct: float
    missed: tuple[str, ...]
    subsets: tuple[PeopleSubset, ...]


@dataclass(frozen=True)
class Results:
    """All that is known about the answers to a build."""

    build: BuildFacts
    tasks: tuple[str, ...]
    items: dict[str, int]
    videos: int
    runs: tuple[RunResult, ...]
    pairs: tuple[Pair, ...]
    gains: tuple[VisualGain, ...]
    repeats: tuple[Repeats, ...]
    people: PeopleResult | None = None
