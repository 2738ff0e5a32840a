"""What reports say of a study beside its judgments."""

from dataclasses import dataclass
from datetime import UTC

import numpy as np
from django.db.models import Count, F, Max, OuterRef, Q, Subquery, Sum

from analysis.judgments.arrays import Judgments
from analysis.models import ReportState, StoredReport, StudyStopRule
from analysis.planning.outlook import StudySize
from analysis.reporting.care import AnnotatorCare
from analysis.reporting.results import Exclusion, Withdrawn
from analysis.reporting.stop_rule import StopRule
from annotation.models import (
    Assignment,
    AssignmentState,
    Judgment,
    Membership,
    MembershipRole,
    Study,
    Withdrawal,
)
from annotation.querysets import Annotators
from annotation.selectors.people.attention_checks import (
    ChecksAnswered,
    checks_answered,
)


def newest_report(study: Study) -> StoredReport | None:
    """The report computed last, perhaps of older data."""
    done = StoredReport.objects.filter(study=study, state=ReportState.DONE)
    return done.order_by("-finished_at").first()


def protocol_version(study: Study) -> str:
    """Versions of the texts that annotators were given, such as "guidelines v2"."""
    newest = study.documents.values("kind").annotate(newest=Max("version"))
    return ", ".join(f"{d['kind']} v{d['newest']}" for d in newest.order_by("-kind"))


def expected_judgments(study: Study) -> int:
    """About how many judgments a report rests on: cheap, for deciding where it runs."""
    submitted = Assignment.objects.filter(
        batch__study=study, state=AssignmentState.SUBMITTED
    ).count()
    return submitted * (study.human_comment_count + study.sources.count())


def planned_places(study: Study) -> int:
    """How many assignments the sealed batches will hold in the end."""
    found = study.batches.aggregate(places=Sum("place_count"))
    return found["places"] or 0


def stop_rule_of(study: Study) -> StopRule | None:
    """The rule that the researcher set before the study was sealed."""
    rule = StudyStopRule.objects.filter(study=study).first()
    if rule is None:
        return None
    return StopRule(rule.half_width, rule.set_at.astimezone(UTC).isoformat())


def design_of(study: Study) -> dict[str, object]:
    """The study as the planner asks for it; the rates are those observed so far."""
    annotators = study.memberships.filter(role=MembershipRole.ANNOTATOR).count()
    design: dict[str, object] = {"redundancy": study.redundancy}
    if annotators > 1:
        design["annotators"] = annotators
    if videos := study.batches.count():
        design["videos"] = videos
    newest = newest_report(study)
    if newest is not None and (rates := _observed_rates(newest)):
        design["rates"] = rates
    return design


def _observed_rates(stored: StoredReport) -> str:
    """As the planner's form takes them, such as "human=87.3, alpha=40"."""
    return ", ".join(
        f"{source.name}={source.judged_human_pct:.1f}"
        for source in stored.report.found.sources
        if 0 < source.judged_human_pct < 100  # noqa: PLR2004
        and not {",", "="} & {*source.name}
    )


def planned_size(study: Study, judged: Judgments) -> StudySize:
    """What has been judged, and what the sealed batches will hold in the end."""
    assignments = len(np.unique(judged.assignment))
    return StudySize(
        annotators=len(judged.annotators),
        videos=len(judged.videos),
        redundancy=max(round(assignments / max(len(judged.videos), 1)), 1),
        planned_videos=study.batches.filter(sealed_at__isnull=False).count(),
        planned_redundancy=study.redundancy,
        human_comments=study.human_comment_count,
    )


def exclusions_of(study: Study) -> tuple[Exclusion, ...]:
    """The annotators left out, why, and how many judgments that leaves out."""
    membership = "presentation__assignment__membership"
    left_out = Judgment.objects.counted(Annotators.EXCLUDED).of_study(study)
    judgments = dict(
        left_out.order_by().values_list(membership).annotate(count=Count("pk"))
    )
    excluded = Membership.objects.filter(
        study=study, role=MembershipRole.ANNOTATOR, excluded_at__isnull=False
    )
    return tuple(
        Exclusion(one.code, one.exclusion_reason, judgments.get(one.pk, 0))
        for one in excluded.order_by("code")
    )


def withdrawals_of(study: Study) -> tuple[Withdrawn, ...]:
    """What was withdrawn, why, and the submitted judgments on it."""
    rows = Withdrawal.objects.filter(study=study).select_related(
        "batch__video", "batch_comment__batch__video"
    )
    return tuple(_withdrawn(row) for row in rows)


def _withdrawn(row: Withdrawal) -> Withdrawn:
    batch, comment = row.batch, row.batch_comment
    if comment is None:
        assert batch is not None  # noqa: S101  (the database says so)
        name, on_it = batch.video.label, Q(presentation__assignment__batch=batch)
    else:
        name = f"c{comment.comment_id} ({comment.batch.video.label})"
        on_it = Q(presentation__batch_comment=comment)
    judgments = Judgment.objects.filter(
        on_it,
        presentation__batch_comment__isnull=False,
        presentation__assignment__state=AssignmentState.SUBMITTED,
        presentation__assignment__repeat_of__isnull=True,
        presentation__assignment__membership__excluded_at__isnull=True,
    )
    return Withdrawn(name, row.reason, judgments.count(), row.counts)


@dataclass(frozen=True)
class Care:
    """What only the database knows of an annotator.

    Attributes:
        code: The annotator.
        checks: How the attention checks were answered; None: there were none.
        repeated, repeated_alike: Comments judged twice, and with the same verdict.
        scored, scored_alike, scored_near: Comments scored twice, with the same score,
            and at most 1 apart.
    """

    code: str
    checks: ChecksAnswered | None
    repeated: int
    repeated_alike: int
    scored: int = 0
    scored_alike: int = 0
    scored_near: int = 0


def care_of(study: Study) -> dict[str, Care]:
    """Attention checks and planned repeats, by annotator, excluded ones too."""
    checks = {each.code: each for each in checks_answered(study)}
    repeats = _repeats(study)
    return {
        code: Care(code, checks.get(code), *repeats.get(code, (0,) * 5))
        for code in sorted({*checks, *repeats})
    }


def annotators_care(study: Study) -> tuple[AnnotatorCare, ...]:
    """The same for reports: annotators who count, if there was anything to answer."""
    excluded = {one.annotator for one in exclusions_of(study)}
    return tuple(
        AnnotatorCare(
            annotator=code,
            checks=one.checks.total if one.checks else 0,
            checks_passed=one.checks.passed if one.checks else 0,
            repeats=one.repeated,
            same_verdict=one.repeated_alike,
            score_repeats=one.scored,
            same_score=one.scored_alike,
            near_score=one.scored_near,
        )
        for code, one in care_of(study).items()
        if code not in excluded
    )


def _repeats(study: Study) -> dict[str, tuple[int, int, int, int, int]]:
    assignment = "presentation__assignment"
    first = Judgment.objects.filter(
        presentation__assignment=OuterRef(f"{assignment}__repeat_of"),
        presentation__batch_comment=OuterRef("presentation__batch_comment"),
    )
    code = f"{assignment}__membership__code"
    again = Judgment.objects.filter(
        presentation__assignment__batch__study=study,
        presentation__assignment__state=AssignmentState.SUBMITTED,
        presentation__assignment__repeat_of__isnull=False,
        presentation__batch_comment__isnull=False,
    ).annotate(
        first=Subquery(first.values("verdict")[:1]),
        first_score=Subquery(first.values("realism_score")[:1]),
    )
    judged = Q(verdict__isnull=False, first__isnull=False)
    scored = Q(realism_score__isnull=False, first_score__isnull=False)
    near = Q(realism_score__lte=F("first_score") + 1) & Q(
        realism_score__gte=F("first_score") - 1
    )
    found = again.values_list(code).annotate(
        all=Count("pk", filter=judged),
        alike=Count("pk", filter=judged & Q(verdict=F("first"))),
        scored=Count("pk", filter=scored),
        scored_alike=Count("pk", filter=scored & Q(realism_score=F("first_score"))),
        scored_near=Count("pk", filter=scored & near),
    )
    return {name: (*counts,) for name, *counts in found.order_by(code)}
