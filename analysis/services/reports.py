"""Reports of studies: asked for, computed once for each state of the data, kept."""

from hashlib import sha256

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from analysis.judgments.arrays import Judgments
from analysis.metrics.sources import tally
from analysis.models import ReportState, StoredReport
from analysis.planning.outlook import outlook
from analysis.reporting.chapters import chapters
from analysis.reporting.computing import (
    DEFAULT_LEVELS,
    DEFAULT_REPLICATES,
    report,
)
from analysis.reporting.report import Report
from analysis.reporting.storing import to_plain
from analysis.selectors.database import (
    comment_attributes,
    judgments_of,
    source_titles,
)
from analysis.selectors.registrations import registered_of, registration_stamp
from analysis.selectors.studies import (
    annotators_care,
    exclusions_of,
    planned_size,
    protocol_version,
    stop_rule_of,
    withdrawals_of,
)
from analysis.selectors.variants import variants_of
from analysis.services.judged_comments import store_comments
from analysis.services.kept_work import take, told_if_it_fails, wait_again
from analysis.version import software_version
from annotation.models import Assignment, AssignmentState, Study
from annotation.querysets import Annotators

CONTENT_VERSION = 13  # of what is kept; older content is computed again


def state_of_data(study: Study) -> str:
    """A stamp that changes whenever the report would: cheap, from assignments alone.

    The answers of a submitted assignment never change, so their number and the time of
    the last submission stand for them.
    """
    submitted = Q(state=AssignmentState.SUBMITTED)
    counted = Assignment.objects.filter(submitted, batch__study=study).aggregate(
        number=Count("pk"), last=Max("submitted_at")
    )
    parts = [
        CONTENT_VERSION,
        software_version(),
        study.title,
        [*source_titles(study).items()],
        counted["number"],
        counted["last"],
        [(one.annotator, one.reason) for one in exclusions_of(study)],
        withdrawals_of(study),
        protocol_version(study),
        stop_rule_of(study),
        registration_stamp(study),
        study.batches.filter(sealed_at__isnull=False).count(),
    ]
    return sha256(repr(parts).encode()).hexdigest()


def request_report(study: Study, *, again: bool = False) -> tuple[StoredReport, bool]:
    """The kept report of the data as they are, and whether it must be computed now.

    It must if nobody asked for it yet, if whoever computes it has been silent for long,
    or if it failed and is asked for `again`.
    """
    stored, is_new = StoredReport.objects.get_or_create(
        study=study, stamp=state_of_data(study)
    )
    if stored.is_lost or (again and stored.state == ReportState.FAILED):
        wait_again(stored=stored)
        is_new = True
    return stored, is_new


def compute_report(stored_id: int) -> None:
    """Compute a report that waits; one that is being computed is left alone."""
    if not take(StoredReport, pk=stored_id):
        return
    stored = StoredReport.objects.select_related("study").get(pk=stored_id)
    with told_if_it_fails(stored):
        _fill(stored)
    _forget_older(stored)


@transaction.atomic
def _fill(stored: StoredReport) -> None:
    """Compute and keep the report, the chapters beside it, and its comments."""
    data = judgments_of(stored.study)
    tallies = tally(data)
    attributes = comment_attributes(stored.study, data.comments)
    made = study_report(stored.study, data)
    stored.content = {
        "report": to_plain(made),
        "chapters": to_plain(chapters(data, tallies, attributes)),
        "outlook": to_plain(outlook(made, planned_size(stored.study, data))),
    }
    store_comments(
        stored=stored,
        judgments=data,
        tallies=tallies,
        categories=attributes["category"],
    )
    stored.state, stored.finished_at = ReportState.DONE, timezone.now()
    stored.save()


def study_report(
    study: Study,
    data: Judgments | None = None,
    *,
    levels: tuple[str, ...] = DEFAULT_LEVELS,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
) -> Report:
    """The report of a study's judgments as they are now."""
    excluded = exclusions_of(study)
    return report(
        data or judgments_of(study),
        everyone=judgments_of(study, Annotators.EVERYBODY) if excluded else None,
        levels=levels,
        replicates=replicates,
        seed=seed,
        study=study.title,
        protocol_version=protocol_version(study),
        excluded=excluded,
        withdrawn=withdrawals_of(study),
        titles=source_titles(study),
        stop_rule=stop_rule_of(study),
        registration=registered_of(study),
        variants=variants_of(study),
        care=annotators_care(study),
    )


def _forget_older(stored: StoredReport) -> None:
    older = StoredReport.objects.filter(
        study=stored.study, requested_at__lt=stored.requested_at
    )
    older.exclude(state=ReportState.COMPUTING).delete()
