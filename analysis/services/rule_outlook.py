"""Whether a study's design can meet its stop rule: simulated before the seal."""

import math
from dataclasses import dataclass

from analysis.errors import AnalysisError
from analysis.planning.plan import (
    PlannedSource,
    fits_in_a_second,
    plan,
    simulations_in_a_second,
)
from analysis.planning.search import MOST
from analysis.planning.simulation import Design, SimulatedSource
from analysis.reporting.registration import Plan
from analysis.reporting.storing import from_plain
from analysis.selectors.registrations import preregistration_of
from analysis.selectors.studies import stop_rule_of
from annotation.models import Study

# What people and models usually reach, in percent; the planner begins with them too.
USUAL_RATES = {"human": 87.0, "middling": 40.0, "weak": 10.0}
_ERRORS = 2  # of the simulation, before it is called out of reach


@dataclass(frozen=True)
class RuleOutlook:
    """A stop rule beside what to expect of the design.

    Attributes:
        half_width: What the rule asks of every interval, in points.
        design: What was simulated.
        widest: The source with the widest interval.
        is_planned: Whether the number of annotators was registered; else it is the
            most that the design has room for.
    """

    half_width: float
    design: Design
    widest: PlannedSource
    is_planned: bool

    @property
    def is_out_of_reach(self) -> bool:
        """Whether the design is expected to miss the rule, beyond simulation error."""
        least = self.widest.half_width - _ERRORS * self.widest.error
        return not least <= self.half_width


def rule_outlook(study: Study) -> RuleOutlook | None:
    """None without a rule, or where the design can't be simulated at once."""
    rule = stop_rule_of(study)
    videos = study.batches.count()
    if rule is None or not videos:
        return None
    planned = _planned(study)
    registered = planned and planned.value("annotators")
    design = Design(
        annotators=int(registered) if registered else _most(study, videos),
        videos=videos,
        redundancy=study.redundancy,
        sources=_sources(study, planned),
    )
    if not fits_in_a_second(design):
        return None
    try:
        made = plan(design, simulations=simulations_in_a_second(design), seed=0)
    except AnalysisError:  # fewer than two videos: nothing to simulate
        return None
    widest = max(made.sources, key=_width)
    return RuleOutlook(rule.half_width, design, widest, bool(registered))


def _width(source: PlannedSource) -> float:
    return math.inf if math.isnan(source.half_width) else source.half_width


def _planned(study: Study) -> Plan | None:
    stored = preregistration_of(study)
    return None if stored is None else from_plain(Plan, stored.plan)


def _most(study: Study, videos: int) -> int:
    """As if everybody judged one video: no other number gives narrower intervals."""
    return min(videos * study.redundancy, MOST["annotators"])


def _sources(study: Study, planned: Plan | None) -> tuple[SimulatedSource, ...]:
    expected = {one.source: one.rate_pct for one in planned.expected} if planned else {}
    return tuple(
        SimulatedSource(
            name,
            name == "human",
            rate,
            study.human_comment_count if name == "human" else 1,
        )
        for name, rate in (expected or USUAL_RATES).items()
    )
