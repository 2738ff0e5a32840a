"""One helper an object; who may come in is said by the views' decorators."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from generation.models import GenerationJob, GenerationRound


def round_or_404(round_id: UUID) -> GenerationRound:
    """A round, with its study."""
    rounds = GenerationRound.objects.select_related("study", "created_by")
    return get_object_or_404(rounds, public_id=round_id)


def job_or_404(round_id: UUID, job_id: int) -> GenerationJob:
    """A job of a round."""
    jobs = GenerationJob.objects.select_related(
        "round_source__round__study", "source", "video__media", "comment"
    )
    return get_object_or_404(jobs, pk=job_id, round_source__round__public_id=round_id)
