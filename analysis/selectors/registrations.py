"""What a study is now, as facts to register, and how it differs from what was."""

from collections.abc import Iterator
from datetime import UTC
from hashlib import sha256

from analysis.models import Preregistration
from analysis.reporting.computing import DEFAULT_LEVELS, DEFAULT_REPLICATES
from analysis.reporting.registration import FACTS, Fact, Plan
from analysis.reporting.results import Deviation, Registered
from analysis.reporting.storing import from_plain
from analysis.selectors.database import source_titles
from analysis.selectors.studies import protocol_version, stop_rule_of, withdrawals_of
from analysis.version import software_name
from annotation.models import (
    AssignmentState,
    BatchComment,
    Membership,
    MembershipRole,
    Study,
    StudyState,
)
from annotation.selectors.people.attention_checks import checks_answered

# What only the researcher says; it is compared in ways of its own.
_TOLD = frozenset({"annotators", "checks_to_pass"})


def facts_of(study: Study) -> tuple[Fact, ...]:
    """The design and the settings of the analysis as they are now."""
    found = dict(_facts(study)) | {"comments": comments_digest(study)}
    return tuple(Fact(key, found[key]) for key in FACTS if key in found)


def _facts(study: Study) -> Iterator[tuple[str, str]]:
    yield "sources", ", ".join(source_titles(study))
    yield "videos", str(study.batches.count())
    yield "human_comments", str(study.human_comment_count)
    yield "redundancy", str(study.redundancy)
    yield "batches_per_annotator", _text(study.batches_per_annotator)
    instrument = study.instrument
    scale = instrument.scale
    yield "question", instrument.question
    yield "verdicts", ", ".join(one.value for one in instrument.verdicts)
    yield (
        "scale",
        f"{scale.lowest} ({scale.low_anchor}) to {scale.highest} ({scale.high_anchor})",
    )
    for name in ("one_tap", "tells_human_count", "shows_metadata"):
        yield name, "yes" if getattr(study, name) else "no"
    yield "language", study.language
    yield "required_play_percent", str(study.required_play_percent)
    yield "attention_checks", str(study.attention_checks_per_batch)
    yield "repeat_every", _text(study.repeat_every or None)
    yield "documents", protocol_version(study)
    rule = stop_rule_of(study)
    yield "stop_rule", _text(rule and f"{rule.half_width:g}")
    levels = ", ".join(DEFAULT_LEVELS)
    yield "analysis", f"levels {levels}; {DEFAULT_REPLICATES} replicates; seed 0"
    yield "software", software_name()


def _text(value: object) -> str:
    return "" if value is None else str(value)


def comments_digest(study: Study) -> str:
    """SHA-256 over the comments of every batch; it changes if one does."""
    rows = (
        BatchComment.objects.filter(batch__study=study)
        .order_by("batch__video_id", "comment_id")
        .values_list("batch__video_id", "comment_id", "comment__text")
    )
    found = sha256()
    for row in rows.iterator(chunk_size=10_000):
        found.update(repr(row).encode())
    return found.hexdigest()


def preregistration_of(study: Study) -> Preregistration | None:
    return Preregistration.objects.filter(study=study).first()


def registration_stamp(study: Study) -> tuple[object, ...]:
    """What changes if the deviations do, beside judgments and exclusions: cheap."""
    stored = preregistration_of(study)
    if stored is None:
        return ()
    return (stored.sha256, study.state, *_facts(study))


def registered_of(study: Study) -> Registered | None:
    """The registration of a study, with what is not as registered."""
    stored = preregistration_of(study)
    if stored is None:
        return None
    plan = from_plain(Plan, stored.plan)
    return Registered(
        sha256=stored.sha256,
        at=stored.registered_at.astimezone(UTC).isoformat(),
        deviations=tuple(_deviations(study, plan)),
        is_closed=study.state == StudyState.CLOSED,
    )


def _deviations(study: Study, plan: Plan) -> Iterator[Deviation]:
    now = {one.key: one.value for one in facts_of(study)}
    for fact in plan.facts:
        if fact.key not in _TOLD and now.get(fact.key, "") != fact.value:
            yield Deviation(fact.key, fact.value, now.get(fact.key, ""))
    yield from _of_people(study, plan)
    for one in withdrawals_of(study):
        if not one.counts:
            yield Deviation("withdrawal", one.name, one.reason)


def _of_people(study: Study, plan: Plan) -> Iterator[Deviation]:
    if wanted := plan.value("annotators"):
        working = (
            Membership.objects.filter(
                study=study, assignments__state=AssignmentState.SUBMITTED
            )
            .distinct()
            .count()
        )
        is_short = study.state == StudyState.CLOSED and working < int(wanted)
        if working > int(wanted) or is_short:
            yield Deviation("annotators", wanted, str(working))
    yield from _of_exclusions(study, plan)


def _of_exclusions(study: Study, plan: Plan) -> Iterator[Deviation]:
    """Who was left out against the rule, or kept against it.

    A rule in words can't be checked: with one, whoever was left out is not a deviation
    by itself, and the report lists everybody's reason.
    """
    share = plan.value("checks_to_pass")
    checks = {one.code: one for one in checks_answered(study)}
    failed = {
        code
        for code, one in checks.items()
        if share and 100 * one.passed < float(share) * one.total
    }
    people = Membership.objects.filter(study=study, role=MembershipRole.ANNOTATOR)
    excluded = dict(
        people.filter(excluded_at__isnull=False).values_list("code", "exclusion_reason")
    )
    for code in sorted(excluded.keys() - failed):
        if not plan.exclusion_rules:
            yield Deviation("exclusion", "", f"{code}: {excluded[code]}")
    for code in sorted(failed - excluded.keys()):
        passed = f"{code}: {checks[code].passed} / {checks[code].total}"
        yield Deviation("checks_to_pass", share, passed)
