"""Asking for reports, figures and plans: kept, computed on the spot, or queued."""

from collections.abc import Iterable

from django.conf import settings

from analysis.figures.picture import Picture
from analysis.models import (
    PreferenceExport,
    StoredAudit,
    StoredComparison,
    StoredEstimate,
    StoredFigure,
    StoredPlan,
    StoredReport,
    StudyJudge,
)
from analysis.planning.search import Question
from analysis.preferences.kinds import Kind
from analysis.selectors.studies import expected_judgments, planned_places
from analysis.services.audits import comment_count, compute_audit, request_audit
from analysis.services.comparisons import Pairs, request_comparison
from analysis.services.figures import request_figures
from analysis.services.judges import (
    Wanted,
    compute_estimate,
    compute_judge,
    request_estimate,
    request_judge,
)
from analysis.services.plans import request_plan
from analysis.services.preferences import make_preferences, request_preferences
from analysis.services.reports import compute_report, request_report
from analysis.tasks import (
    compute_audit_task,
    compute_comparison_task,
    compute_estimate_task,
    compute_judge_task,
    compute_plan_task,
    compute_report_task,
    draw_figures_task,
    make_preferences_task,
)
from annotation.models import Study


def report_now(study: Study, *, again: bool = False) -> StoredReport:
    """The report of the data as they are; not yet done if it was queued."""
    stored, must_compute = request_report(study, again=again)
    if not must_compute:
        return stored
    if _is_small(study):
        compute_report(stored.pk)
        stored.refresh_from_db()
    else:
        compute_report_task.delay_on_commit(stored.pk)
    return stored


def _is_small(study: Study) -> bool:
    return (
        expected_judgments(study) <= settings.REPORT_INLINE_JUDGMENTS
        and planned_places(study) <= settings.REPORT_INLINE_PLACES
    )


def audit_now(study: Study, *, again: bool = False) -> StoredAudit:
    """The audit of the batches as they are; not yet done if it was queued."""
    stored, must_compute = request_audit(study=study, again=again)
    if not must_compute:
        return stored
    if comment_count(study) <= settings.AUDIT_INLINE_COMMENTS:
        compute_audit(stored_id=stored.pk)
        stored.refresh_from_db()
    else:
        compute_audit_task.delay_on_commit(stored.pk)
    return stored


def comparison_soon(
    study: Study, other: Study, pairs: Pairs, *, again: bool = False
) -> StoredComparison:
    """Two studies side by side; not yet done unless somebody asked before."""
    stored, must_compute = request_comparison(
        study=study, other=other, pairs=pairs, again=again
    )
    if must_compute:
        compute_comparison_task.delay_on_commit(stored.pk)
    return stored


def judge_soon(study: Study) -> StudyJudge:
    """A judge fitted on the judgments as they are; not yet done if it was queued."""
    judge, must_compute = request_judge(study=study, wanted=Wanted(), again=True)
    if not must_compute:
        return judge
    if _is_small(study):
        compute_judge(stored_id=judge.pk)
        judge.refresh_from_db()
    else:
        compute_judge_task.delay_on_commit(judge.pk)
    return judge


def estimate_soon(judge: StudyJudge, *, again: bool = False) -> StoredEstimate:
    """Estimates with a judge, of the data as they are; not yet done if queued."""
    stored, must_compute = request_estimate(judge=judge, again=again)
    if not must_compute:
        return stored
    if _is_small(judge.study):
        compute_estimate(stored_id=stored.pk)
        stored.refresh_from_db()
    else:
        compute_estimate_task.delay_on_commit(stored.pk)
    return stored


def preferences_soon(study: Study, kind: Kind) -> PreferenceExport:
    """Files to train on; not yet done if queued."""
    export, must_make = request_preferences(study=study, kind=kind, again=True)
    if not must_make:
        return export
    if _is_small(study):
        make_preferences(stored_id=export.pk)
        export.refresh_from_db()
    else:
        make_preferences_task.delay_on_commit(export.pk)
    return export


def figures_soon(
    report: StoredReport, wanted: Iterable[Picture], *, again: bool = False
) -> dict[Picture, StoredFigure]:
    """Figures of a report; not yet done unless somebody asked for them before."""
    found, must_draw = request_figures(report=report, wanted=wanted, again=again)
    if must_draw:
        draw_figures_task.delay_on_commit(report.pk)
    return found


def plan_soon(question: Question) -> StoredPlan:
    """The plan of a question; not yet done unless somebody asked it before."""
    stored, must_compute = request_plan(question=question)
    if must_compute:
        compute_plan_task.delay_on_commit(stored.pk)
    return stored
