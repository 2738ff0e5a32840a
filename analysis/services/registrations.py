"""Registering a study's plan: once, before anybody judges."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from analysis.models import Preregistration
from analysis.planning.plan import fits_in_a_second, plan, simulations_in_a_second
from analysis.planning.simulation import Design, SimulatedSource
from analysis.reporting.registration import Expected, Fact, Plan, digest, document
from analysis.reporting.storing import to_plain
from analysis.selectors.registrations import facts_of
from annotation.errors import AnnotationError
from annotation.models import Study, StudyState
from annotation.services.studies.events import record_event
from annotation.services.studies.locks import lock_study


@dataclass(frozen=True)
class Words:
    """What a researcher says of the plan.

    Attributes:
        hypotheses, exclusion_rules, analysis_notes: In words; the first is needed.
        annotators: How many are planned.
        checks_to_pass: Annotators below this share of passed checks, in percent, are
            excluded.
        rates: What the planner is to expect.
    """

    hypotheses: str
    exclusion_rules: str = ""
    analysis_notes: str = ""
    annotators: int | None = None
    checks_to_pass: float | None = None
    rates: tuple[SimulatedSource, ...] = ()


def plan_of(study: Study, words: Words) -> Plan:
    """The plan as it would be registered now."""
    facts = list(facts_of(study))
    if words.annotators is not None:
        facts.append(Fact("annotators", str(words.annotators)))
    if words.checks_to_pass is not None:
        facts.append(Fact("checks_to_pass", f"{words.checks_to_pass:g}"))
    expected, simulations = _expected(study, words)
    return Plan(
        title=study.title,
        hypotheses=words.hypotheses,
        exclusion_rules=words.exclusion_rules,
        analysis_notes=words.analysis_notes,
        facts=tuple(facts),
        expected=expected,
        simulations=simulations,
    )


def _expected(study: Study, words: Words) -> tuple[tuple[Expected, ...], int]:
    """What the planner says of a design that a request has time for."""
    videos = study.batches.count()
    if not words.rates or not words.annotators or videos < 2:  # noqa: PLR2004
        return (), 0
    design = Design(words.annotators, videos, study.redundancy, words.rates)
    if not fits_in_a_second(design):
        return (), 0
    count = simulations_in_a_second(design)
    made = plan(design, simulations=count, seed=0)
    expected = (Expected(s.source, s.rate_pct, s.half_width) for s in made.sources)
    return tuple(expected), count


@transaction.atomic
def register(*, study: Study, words: Words, actor: User | None) -> Preregistration:
    """Fix the plan for good, with its digest and the time.

    Raises:
        AnnotationError: The study has been opened, or has a registration.
        AnalysisError: The planner can't simulate the design.
    """
    lock_study(study, StudyState.DRAFT, StudyState.SEALED)
    if Preregistration.objects.filter(study=study).exists():
        raise AnnotationError(_("This study has been preregistered already."))
    planned = plan_of(study, words)
    text = document(planned)
    made = Preregistration.objects.create(
        study=study,
        plan=to_plain(planned),
        text=text,
        sha256=digest(text),
        registered_by=actor,
        registered_at=timezone.now(),
    )
    record_event(study=study, actor=actor, action="preregistered", sha256=made.sha256)
    return made
