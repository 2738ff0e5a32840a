"""The list of rounds."""

from django.db.models import Count, Q, QuerySet

from generation.models import GenerationRound, JobState


def round_rows() -> QuerySet[GenerationRound]:
    """Every round, newest first, with its numbers of models and jobs."""
    state = "sources__jobs__state"
    rounds = GenerationRound.objects.select_related("study", "created_by")
    return rounds.order_by("-created_at", "-pk").annotate(
        model_count=Count("sources", distinct=True),
        job_count=Count("sources__jobs"),
        done_count=Count("sources__jobs", filter=Q(**{state: JobState.DONE})),
        failed_count=Count("sources__jobs", filter=Q(**{state: JobState.FAILED})),
    )
