"""The selection funnel: from every video to the ones a benchmark uses (data.md).

Pure: rows in, selected ids and the funnel out. Where the rows come from is the matter
of `corpus.selectors`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from math import ceil
from typing import NamedTuple

from corpus.drawing import Draw, draw_videos
from corpus.engagement import PAPER_WEIGHTS, EngagementWeights

# The human comments of a batch under the default protocol.
MIN_USABLE_COMMENTS = 5

METADATA_FIELDS = ("title", "description", "tags", "topic")


class Rule(StrEnum):
    """The rules of the funnel, in the order in which they are applied."""

    TOP_SHARE = "top_share"
    METADATA = "metadata"
    COMMENTS = "comments"
    DECODES = "decodes"
    DURATION = "duration"
    CATEGORY_CAP = "category_cap"
    # Only where a number of videos is asked for.
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class SelectionRules:
    """The settings of the funnel; the defaults are the paper's where it gives any."""

    # Share (0 to 1) of each platform's videos that is kept, the most engaging first ...
    top_shares: Mapping[str, float] = field(
        default_factory=lambda: {"tiktok": 0.02, "youtube": 0.05}
    )
    # ... and of the platforms that are not named above.
    other_top_share: float = 0.05
    required_fields: tuple[str, ...] = METADATA_FIELDS
    min_usable_comments: int = MIN_USABLE_COMMENTS
    # Whether the video must have a clip that decodes, of a duration within the bounds.
    require_clip: bool = True
    min_duration_s: float = 1.0
    max_duration_s: float = 300.0
    # The most videos of one category; None for no cap.
    category_cap: int | None = None
    # Of the counts' logarithms, by which videos are ranked.
    engagement_weights: EngagementWeights = PAPER_WEIGHTS
    # How many videos are taken in the end, and how; None for all that are left.
    size: int | None = None
    draw: Draw = Draw.ENGAGING
    seed: int = 0

    def __post_init__(self) -> None:
        for share in (*self.top_shares.values(), self.other_top_share):
            if not 0 <= share <= 1:
                msg = f"A share lies between 0 and 1; {share} does not."
                raise ValueError(msg)
        unknown = set(self.required_fields) - set(METADATA_FIELDS)
        if unknown:
            msg = f"No metadata fields: {', '.join(sorted(unknown))}."
            raise ValueError(msg)
        if self.min_duration_s > self.max_duration_s:
            msg = "The shortest duration exceeds the longest."
            raise ValueError(msg)

    def as_json(self) -> dict[str, object]:
        """The settings as they are stored with a selection."""
        return {
            "top_shares": dict(self.top_shares),
            "other_top_share": self.other_top_share,
            "required_fields": list(self.required_fields),
            "min_usable_comments": self.min_usable_comments,
            "require_clip": self.require_clip,
            "min_duration_s": self.min_duration_s,
            "max_duration_s": self.max_duration_s,
            "category_cap": self.category_cap,
            "engagement_weights": asdict(self.engagement_weights),
            "size": self.size,
            "draw": self.draw.value,
            "seed": self.seed,
        }

    def top_share_of(self, platform: str) -> float:
        return self.top_shares.get(platform, self.other_top_share)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the funnel needs to know of one video."""

    video_id: int
    platform: str
    # Breaks ties, so that they do not depend on the order of import.
    external_id: str
    category: str
    engagement: float
    missing_fields: frozenset[str]
    usable_comment_count: int
    decodes: bool
    # Of the clip, in seconds; None where it is not known.
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What one rule left and dropped."""

    rule: Rule
    before: int
    dropped: int
    dropped_by_platform: Mapping[str, int]
    dropped_by_category: Mapping[str, int]

    @property
    def after(self) -> int:
        return self.before - self.dropped

    def as_json(self) -> dict[str, object]:
        return {
            "rule": self.rule.value,
            "before": self.before,
            "dropped": self.dropped,
            "after": self.after,
            "dropped_by_platform": dict(self.dropped_by_platform),
            "dropped_by_category": dict(self.dropped_by_category),
        }


class Breakdown(NamedTuple):
    """What became of the videos of one platform or one category."""

    name: str
    # By rule, in the funnel's order.
    dropped: tuple[int, ...]
    selected: int

    @property
    def total(self) -> int:
        return sum(self.dropped) + self.selected


@dataclass(frozen=True, slots=True)
class Selection:
    """The videos that are left, the most engaging first, and how it came to that."""

    video_ids: tuple[int, ...]
    funnel: tuple[RuleOutcome, ...]
    by_platform: Mapping[str, int]
    by_category: Mapping[str, int]

    def platforms(self) -> list[Breakdown]:
        """Every platform, the one with the most selected videos first."""
        dropped = [outcome.dropped_by_platform for outcome in self.funnel]
        return _breakdown(self.by_platform, dropped)

    @property
    def categories_before(self) -> int:
        """How many categories there were before any rule; no category is none."""
        names = set(self.by_category).union(
            *(outcome.dropped_by_category for outcome in self.funnel)
        )
        return len(names - {""})

    @property
    def categories_covered(self) -> int:
        """How many categories the selection covers."""
        return len(set(self.by_category) - {""})

    def categories(self) -> list[Breakdown]:
        """Every category, the one with the most selected videos first."""
        dropped = [outcome.dropped_by_category for outcome in self.funnel]
        return _breakdown(self.by_category, dropped)

    def funnel_json(self) -> dict[str, object]:
        """The funnel as it is reported and stored, without the ids."""
        return {
            "selected": len(self.video_ids),
            "rules": [outcome.as_json() for outcome in self.funnel],
            "by_platform": dict(self.by_platform),
            "by_category": dict(self.by_category),
        }


def select_videos(candidates: Iterable[Candidate], rules: SelectionRules) -> Selection:
    """Apply the rules one after the other; ties are broken by platform and external id.

    The top share of a platform is rounded up, so that none is left without a video.
    """
    left = sorted(candidates, key=_rank)
    funnel = []
    for rule, keep in _keepers(rules):
        kept = keep(left)
        funnel.append(_outcome(rule, left, kept))
        left = kept
    return Selection(
        tuple(video.video_id for video in left),
        tuple(funnel),
        _counts(video.platform for video in left),
        _counts(video.category for video in left),
    )


def _rank(video: Candidate) -> tuple[float, str, str, int]:
    return (-video.engagement, video.platform, video.external_id, video.video_id)


_Keep = Callable[[Sequence[Candidate]], list[Candidate]]


def _keepers(rules: SelectionRules) -> list[tuple[Rule, _Keep]]:
    def filtered(holds: Callable[[Candidate], bool]) -> _Keep:
        return lambda videos: [video for video in videos if holds(video)]

    required = frozenset(rules.required_fields)
    keepers: list[tuple[Rule, _Keep]] = [
        (Rule.TOP_SHARE, lambda videos: _top_share(videos, rules)),
        (Rule.METADATA, filtered(lambda video: not required & video.missing_fields)),
        (
            Rule.COMMENTS,
            filtered(lambda v: v.usable_comment_count >= rules.min_usable_comments),
        ),
        (Rule.DECODES, filtered(lambda v: v.decodes or not rules.require_clip)),
        (Rule.DURATION, filtered(lambda video: _has_usual_duration(video, rules))),
        (Rule.CATEGORY_CAP, lambda videos: _capped(videos, rules.category_cap)),
    ]
    if (size := rules.size) is not None:
        keepers.append((Rule.SAMPLE, lambda videos: _drawn(videos, size, rules)))
    return keepers


def _drawn(
    videos: Sequence[Candidate], size: int, rules: SelectionRules
) -> list[Candidate]:
    return draw_videos(videos, size=size, draw=rules.draw, seed=rules.seed)


def _top_share(videos: Sequence[Candidate], rules: SelectionRules) -> list[Candidate]:
    totals = Counter(video.platform for video in videos)
    quotas = {
        # Rounded first: 0.07 x 100 is a little more than 7.
        platform: ceil(round(rules.top_share_of(platform) * total, 9))
        for platform, total in totals.items()
    }
    return _first_of_each(videos, lambda v: v.platform, quotas)


def _capped(videos: Sequence[Candidate], cap: int | None) -> list[Candidate]:
    if cap is None:
        return list(videos)
    quotas = dict.fromkeys((video.category for video in videos), cap)
    return _first_of_each(videos, lambda v: v.category, quotas)


def _first_of_each(
    videos: Sequence[Candidate],
    group_of: Callable[[Candidate], str],
    quotas: Mapping[str, int],
) -> list[Candidate]:
    """The first `quotas[group]` videos of each group, in the order given."""
    taken: Counter[str] = Counter()
    kept = []
    for video in videos:
        group = group_of(video)
        if taken[group] < quotas[group]:
            taken[group] += 1
            kept.append(video)
    return kept


def _has_usual_duration(video: Candidate, rules: SelectionRules) -> bool:
    if video.duration_s is None:
        return not rules.require_clip
    return rules.min_duration_s <= video.duration_s <= rules.max_duration_s


def _outcome(
    rule: Rule, before: Sequence[Candidate], after: Sequence[Candidate]
) -> RuleOutcome:
    kept = {video.video_id for video in after}
    dropped = [video for video in before if video.video_id not in kept]
    return RuleOutcome(
        rule,
        len(before),
        len(dropped),
        _counts(video.platform for video in dropped),
        _counts(video.category for video in dropped),
    )


def _counts(names: Iterable[str]) -> dict[str, int]:
    """How often each name occurs, the most frequent first, ties by name."""
    counts = Counter(names)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _breakdown(
    selected: Mapping[str, int], dropped: Sequence[Mapping[str, int]]
) -> list[Breakdown]:
    names = set(selected).union(*dropped)
    rows = [
        Breakdown(
            name,
            tuple(counts.get(name, 0) for counts in dropped),
            selected.get(name, 0),
        )
        for name in names
    ]
    return sorted(rows, key=lambda row: (-row.selected, -row.total, row.name))
