"""Artefact audits of studies: computed once for each state of the batches, kept."""

from hashlib import sha256

from django.db.models import BigIntegerField, Count, F, Func, Sum

from analysis.artefacts.audit import Audit, audit_of
from analysis.models import ReportState, StoredAudit
from analysis.reporting.storing import from_plain, to_plain
from analysis.services.kept_work import take, told_if_it_fails, wait_again
from analysis.version import software_version
from annotation.models import BatchComment, Study

_CONTENT_VERSION = 1  # of what is kept; older content is computed again


def comment_count(study: Study) -> int:
    """How many comments an audit looks at."""
    return BatchComment.objects.filter(batch__study=study).count()


def state_of_batches(study: Study) -> str:
    """A stamp that changes whenever the audit would.

    A comment's text never changes, so which comments stand in which places says it all.
    A sum of hashes needs no order, and takes 50 ms for 100,000 places.
    """
    mark = Func(
        F("pk"),
        F("comment_id"),
        function="hashint8extended",
        output_field=BigIntegerField(),
    )
    placed = BatchComment.objects.filter(batch__study=study).aggregate(
        number=Count("pk"), mark=Sum(mark)
    )
    titles = study.sources.order_by("pk").values_list("key", "title")
    parts = [_CONTENT_VERSION, software_version(), placed, [*titles]]
    return sha256(repr(parts).encode()).hexdigest()


def request_audit(*, study: Study, again: bool = False) -> tuple[StoredAudit, bool]:
    """The kept audit of the batches as they are, and whether it must be computed now.

    It must if nobody asked for it yet, if whoever computes it has been silent for long,
    or if it failed and is asked for `again`.
    """
    stored, is_new = StoredAudit.objects.get_or_create(
        study=study, stamp=state_of_batches(study)
    )
    if stored.is_lost or (again and stored.state == ReportState.FAILED):
        wait_again(stored=stored)
        is_new = True
    return stored, is_new


def compute_audit(*, stored_id: int) -> None:
    """Compute an audit that waits; one that is being computed is left alone."""
    if not take(StoredAudit, pk=stored_id):
        return
    stored = StoredAudit.objects.select_related("study").get(pk=stored_id)
    with told_if_it_fails(stored):
        stored.content = to_plain(audit_of(stored.study))
        stored.state = ReportState.DONE
        stored.save(update_fields=["state", "content"])
    older = StoredAudit.objects.filter(
        study=stored.study, requested_at__lt=stored.requested_at
    )
    older.exclude(state=ReportState.COMPUTING).delete()


def audit_in(stored: StoredAudit) -> Audit:
    """The audit of one that is done."""
    return from_plain(Audit, stored.content)
