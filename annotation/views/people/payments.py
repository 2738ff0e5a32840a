"""Researchers' download: whom to pay on the crowd platform."""

import csv
import io
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.http import SignedInRequest, researcher_required
from annotation.selectors.people.access import any_study_or_404
from annotation.selectors.people.payments import Payment
from annotation.services.people.payments import take_payment_list


# By POST, as each download is logged: following a link must not do that.
@require_POST
@researcher_required
def study_payments(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The payment list as CSV."""
    study = any_study_or_404(request.user, study_id)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Payment._fields)
    writer.writerows(take_payment_list(study=study, actor=request.user))
    name = f"{study.key}-payments.csv"
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
