"""Figures of a report as files: asked for, drawn once by a worker, kept."""

from collections.abc import Iterable

from django.db import transaction

from analysis.export.figure_file import Drawn, figure_files
from analysis.figures.picture import Picture
from analysis.models import ReportState, StoredFigure, StoredReport
from analysis.services.kept_work import told_if_it_fails, wait_again


def request_figures(
    *, report: StoredReport, wanted: Iterable[Picture], again: bool = False
) -> tuple[dict[Picture, StoredFigure], bool]:
    """The kept figures of a report, and whether a worker must be sent for some now.

    It must for those that nobody asked for yet, for those whose worker has been silent
    for long, and for failed ones that are asked for `again`.

    Args:
        report: One that is done.
        wanted: Which.
        again: Let what failed be drawn once more.
    """
    pictures = list(wanted)
    found = _found(report, pictures)
    missing = [one for one in pictures if one not in found]
    if missing:
        StoredFigure.objects.bulk_create(
            (
                StoredFigure(report=report, stamp=report.stamp, **one._asdict())
                for one in missing
            ),
            ignore_conflicts=True,  # somebody else asked at the same moment
        )
        found = _found(report, pictures)
    lost = [
        one
        for one in found.values()
        if one.is_lost or (again and one.state == ReportState.FAILED)
    ]
    for one in lost:
        wait_again(stored=one)
    return found, bool(missing or lost)


def _found(
    report: StoredReport, pictures: list[Picture]
) -> dict[Picture, StoredFigure]:
    names = {one.name for one in pictures}
    kept = StoredFigure.objects.filter(report=report, name__in=names)
    by_picture = {one.picture: one for one in kept}
    return {one: by_picture[one] for one in pictures if one in by_picture}


def draw_figures(*, report_id: int) -> None:
    """Draw all figures of a report that wait, in one process."""
    taken = _taken(report_id)
    if not taken:
        return
    content = StoredReport.objects.get(pk=report_id).done_content
    with told_if_it_fails(*taken):
        made = figure_files(content, [one.picture for one in taken])
        for one in taken:
            _keep(one, made[one.picture])


def _keep(one: StoredFigure, drawn: Drawn) -> None:
    if drawn.error:
        one.state, one.error = ReportState.FAILED, drawn.error
    else:
        one.state, one.content = ReportState.DONE, drawn.content
    one.save(update_fields=["state", "error", "content"])


@transaction.atomic
def _taken(report_id: int) -> list[StoredFigure]:
    """Those that wait, for this process alone."""
    waiting = StoredFigure.objects.select_for_update(skip_locked=True).filter(
        report_id=report_id, state=ReportState.WAITING
    )
    taken = list(waiting)
    for one in taken:
        one.state = ReportState.COMPUTING
    StoredFigure.objects.bulk_update(taken, ["state"])
    return taken
