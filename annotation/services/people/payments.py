"""The payment list: the one place that tells participants' ids, so it is logged."""

from django.db import transaction

from accounts.models import User
from annotation.models import Study
from annotation.selectors.people.payments import Payment, payments_of
from annotation.services.studies.events import record_event


@transaction.atomic
def take_payment_list(*, study: Study, actor: User) -> list[Payment]:
    """Who is to be paid, for a researcher of the study; the log says who took it."""
    payments = payments_of(study)
    record_event(
        study=study,
        actor=actor,
        action="payment list downloaded",
        total=len(payments),
    )
    return payments
