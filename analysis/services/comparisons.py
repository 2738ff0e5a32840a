"""Comparisons of two studies: computed once for each state of their data, kept."""

import json
from collections.abc import Sequence
from hashlib import sha256

from analysis.export.figure_file import comparison_files
from analysis.models import ReportState, StoredComparison
from analysis.reporting.storing import from_plain, to_plain
from analysis.reporting.two_studies import StudyComparison, compare_studies
from analysis.selectors.database import judgments_of, source_titles
from analysis.services.kept_work import take, told_if_it_fails, wait_again
from analysis.services.reports import state_of_data
from annotation.models import Study

Pairs = Sequence[tuple[str, str]]


def request_comparison(
    *, study: Study, other: Study, pairs: Pairs, again: bool = False
) -> tuple[StoredComparison, bool]:
    """The kept comparison of the data as they are, and whether to compute it now.

    Args:
        study: The first study.
        other: The second, which is subtracted.
        pairs: Which source of the first with which of the second, by name.
        again: Compute one that failed once more.
    """
    plain = [list(pair) for pair in pairs]
    parts = [state_of_data(study), state_of_data(other), plain]
    stored, is_new = StoredComparison.objects.get_or_create(
        study=study,
        other=other,
        stamp=sha256(json.dumps(parts).encode()).hexdigest(),
        defaults={"pairs": plain},
    )
    if stored.is_lost or (again and stored.state == ReportState.FAILED):
        wait_again(stored=stored)
        is_new = True
    return stored, is_new


def compute_comparison(*, stored_id: int) -> None:
    """Compute a comparison that waits; one that is in work is left alone."""
    if not take(StoredComparison, pk=stored_id):
        return
    comparisons = StoredComparison.objects.select_related("study", "other")
    stored = comparisons.get(pk=stored_id)
    study, other = stored.study, stored.other
    with told_if_it_fails(stored):
        found = compare_studies(
            judgments_of(study),
            judgments_of(other),
            pairs=[(first, second) for first, second in stored.pairs],
            studies=(study.title, other.title),
            titles=(source_titles(study), source_titles(other)),
        )
        stored.content = to_plain(found)
        stored.pictures = comparison_files(stored.content)
        stored.state = ReportState.DONE
        stored.save(update_fields=["state", "content", "pictures"])
    older = StoredComparison.objects.filter(
        study=study, other=other, requested_at__lt=stored.requested_at
    )
    older.exclude(state=ReportState.COMPUTING).delete()


def comparison_in(stored: StoredComparison) -> StudyComparison:
    """The comparison of one that is done."""
    return from_plain(StudyComparison, stored.content)
