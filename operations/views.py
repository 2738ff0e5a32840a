"""The operations page: how the installation is doing, for admins alone."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, admin_required
from operations.machine import database_facts, disks, versions
from operations.models import UpkeepKind
from operations.queues import queue_lengths
from operations.trouble import LONG, failed_work, slow_work
from operations.upkeep import newest
from operations.work import kind_rows
from operations.workers import workers


@require_safe
@admin_required
def overview(request: SignedInRequest) -> HttpResponse:
    """Workers, queues, work, storage, backup, check and versions, as of now."""
    queues = queue_lengths()
    context = {
        "queues": queues,
        # Without a broker, nobody can be asked.
        "workers": [] if queues is None else workers(),
        "kinds": kind_rows(),
        "failed": failed_work(),
        "slow": slow_work(),
        "long_minutes": int(LONG.total_seconds() // 60),
        "disks": disks(),
        "database": database_facts(),
        "backup": newest(UpkeepKind.BACKUP),
        "integrity": newest(UpkeepKind.INTEGRITY),
        "versions": versions(),
    }
    return render(request, "operations/overview.html", context)
