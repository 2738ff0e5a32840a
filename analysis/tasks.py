"""Background work of the reports."""

from celery import shared_task

from analysis.services import compute_report


@shared_task(name="analysis.compute_report")  # type: ignore[untyped-decorator]
def compute_report_task(stored_id: int) -> None:
    compute_report(stored_id)
