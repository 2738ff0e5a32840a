"""One helper an object; who may come in is said by the views' decorators."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from thinking.models import AnswerRun, Build
from thinking.selectors.runs import counted_runs


def build_or_404(name: str) -> Build:
    return get_object_or_404(Build.objects.select_related("selection"), name=name)


def run_or_404(run_id: UUID) -> AnswerRun:
    """A run with its build, its source and its counts."""
    runs = counted_runs(AnswerRun.objects.select_related("build"))
    return get_object_or_404(runs, public_id=run_id)
