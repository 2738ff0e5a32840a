"""The list of rounds."""

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from generation.errors import GenerationError
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


def known_round(number: str) -> GenerationRound:
    """The round of a number, as its title says it.

    Raises:
        GenerationError: There is none.
    """
    found = (
        GenerationRound.objects.filter(pk=int(number)).first()
        if number.isascii() and number.isdecimal()
        else None
    )
    if found is None:
        msg = _("There is no round %(number)s; their page lists the numbers.")
        raise GenerationError(msg % {"number": number})
    return found
