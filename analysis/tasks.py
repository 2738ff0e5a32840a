"""Background work of the reports and of the planner."""

from celery import shared_task

from analysis.services.audits import compute_audit
from analysis.services.bundles import make_stored_bundle
from analysis.services.comparisons import compute_comparison
from analysis.services.figures import draw_figures
from analysis.services.judges import compute_estimate, compute_judge
from analysis.services.plans import compute_plan
from analysis.services.preferences import make_preferences
from analysis.services.reports import compute_report


@shared_task(name="analysis.compute_report")  # type: ignore[untyped-decorator]
def compute_report_task(stored_id: int) -> None:
    compute_report(stored_id)


@shared_task(name="analysis.compute_audit")  # type: ignore[untyped-decorator]
def compute_audit_task(stored_id: int) -> None:
    compute_audit(stored_id=stored_id)


@shared_task(name="analysis.compute_comparison")  # type: ignore[untyped-decorator]
def compute_comparison_task(stored_id: int) -> None:
    compute_comparison(stored_id=stored_id)


@shared_task(name="analysis.compute_judge")  # type: ignore[untyped-decorator]
def compute_judge_task(stored_id: int) -> None:
    compute_judge(stored_id=stored_id)


@shared_task(name="analysis.compute_estimate")  # type: ignore[untyped-decorator]
def compute_estimate_task(stored_id: int) -> None:
    compute_estimate(stored_id=stored_id)


@shared_task(name="analysis.make_preferences")  # type: ignore[untyped-decorator]
def make_preferences_task(stored_id: int) -> None:
    make_preferences(stored_id=stored_id)


@shared_task(name="analysis.make_bundle")  # type: ignore[untyped-decorator]
def make_bundle_task(bundle_id: int) -> None:
    make_stored_bundle(bundle_id)


@shared_task(name="analysis.draw_figures")  # type: ignore[untyped-decorator]
def draw_figures_task(report_id: int) -> None:
    draw_figures(report_id=report_id)


@shared_task(name="analysis.compute_plan")  # type: ignore[untyped-decorator]
def compute_plan_task(stored_id: int) -> None:
    compute_plan(stored_id=stored_id)
