"""Questions to the planner that take a worker: asked once, answered once, kept."""

import json
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from django.utils import timezone

from analysis.models import ReportState, StoredPlan
from analysis.planning.plan import plan, simulations_in_a_second
from analysis.planning.search import Answer, Question, Try, search
from analysis.reporting.storing import from_plain, to_plain
from analysis.services.kept_work import take, told_if_it_fails, wait_again
from analysis.version import software_version

_ANSWER_VERSION = 2  # of how it is found; older answers are searched again
_KEPT = timedelta(days=30)


def request_plan(*, question: Question) -> tuple[StoredPlan, bool]:
    """The kept plan of this question, and whether it must be computed now.

    It must if nobody asked for it yet, if it failed, or if whoever computes it has been
    silent for long.
    """
    content = to_plain(question)
    stored, is_new = StoredPlan.objects.get_or_create(
        stamp=_stamp(content), defaults={"question": content}
    )
    is_under_way = stored.is_pending and not stored.is_lost
    if is_new or is_under_way or stored.is_done:
        return stored, is_new
    stored.tries = []
    wait_again(stored=stored)
    return stored, True


def _stamp(question: dict[str, object]) -> str:
    parts = [_ANSWER_VERSION, software_version(), question]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def compute_plan(*, stored_id: int) -> None:
    """Answer a question that waits; one that is being answered is left alone."""
    if not take(StoredPlan, pk=stored_id):
        return
    stored = StoredPlan.objects.get(pk=stored_id)
    with told_if_it_fails(stored):
        stored.answer = to_plain(_answer(stored))
        stored.state = ReportState.DONE
        stored.save(update_fields=["state", "answer"])
    StoredPlan.objects.filter(requested_at__lt=timezone.now() - _KEPT).delete()


def _answer(stored: StoredPlan) -> Answer:
    question = from_plain(Question, stored.question)
    if question.half_width is None:
        count = simulations_in_a_second(question.design)
        made = plan(question.design, simulations=count, seed=0)
        return Answer(made, tries=(), least=0, most=0)

    def say(tries: Sequence[Try]) -> None:
        plain = to_plain(tuple(tries))
        StoredPlan.objects.filter(pk=stored.pk).update(tries=plain)

    return search(question, say=say)
