"""One helper an object; who may come in is said by the views' decorators."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from accounts.http import SignedInRequest
from annotation.views.studies.language import use_language_of
from thinking.models import AnswerRun, Build, ItemAssignment
from thinking.selectors.runs import counted_runs


def build_or_404(name: str) -> Build:
    return get_object_or_404(Build.objects.select_related("selection"), name=name)


def own_items_or_404(request: SignedInRequest, assignment_id: UUID) -> ItemAssignment:
    """The person's own batch of items, with the page in the language of its study."""
    own = ItemAssignment.objects.select_related(
        "membership__study", "membership__guidelines"
    ).filter(membership__user=request.user, membership__left_at__isnull=True)
    assignment = get_object_or_404(own, public_id=assignment_id)
    use_language_of(assignment.membership.study, request)
    return assignment


def run_or_404(run_id: UUID) -> AnswerRun:
    """A run with its build, its source and its counts."""
    runs = counted_runs(AnswerRun.objects.select_related("build"))
    return get_object_or_404(runs, public_id=run_id)
