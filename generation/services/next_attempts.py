"""What the next attempt at a job will be: decided once, when the job is claimed."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Max

from corpus.models import Video
from generation.frame_policy import FramesPolicy
from generation.models import Attempt, GenerationJob, RoundSource
from generation.prompts import Prompt, prompt
from generation.registry import Entry
from generation.seeds import attempt_seed
from generation.selectors.recipes import name_of


@dataclass(frozen=True, slots=True)
class NextAttempt:
    """One attempt before it is made; everything that shapes it travels with it.

    Attributes:
        number: Among the attempts at the job, from 1.
        seed: Of this attempt alone.
        entry: The registry entry as it was read for this attempt.
    """

    job: GenerationJob
    number: int
    seed: int
    entry: Entry
    prompt: Prompt

    @property
    def key(self) -> str:
        """Its name in requests and answers."""
        return str(self.job.pk)

    @property
    def video(self) -> Video:
        return self.job.video

    @property
    def frames_policy(self) -> FramesPolicy:
        return self.entry.frames_policy

    @property
    def fields(self) -> dict[str, Any]:
        """As columns of `Attempt`."""
        return {
            "number": self.number,
            "seed": self.seed,
            "prompt_version": self.prompt.version,
            "prompt_hash": self.prompt.hash,
            "frames_policy": repr(self.frames_policy),
            "decoding": asdict(self.entry.decoding),
        }


def next_attempts(
    *, jobs: Collection[GenerationJob], row: RoundSource, entry: Entry
) -> list[NextAttempt]:
    """The next attempt at each job, in the order of the jobs (one query).

    Args:
        jobs: Jobs of one model in a round, with their videos.
        row: The model in the round.
        entry: Its registry entry.
    """
    made = Attempt.objects.filter(job__in=jobs).order_by().values_list("job")
    latest = dict(made.annotate(Max("number")))
    asked = prompt(entry.prompt_version)
    return [
        _next_attempt(job, row, entry, asked, latest.get(job.pk, 0) + 1) for job in jobs
    ]


def _next_attempt(
    job: GenerationJob, row: RoundSource, entry: Entry, asked: Prompt, number: int
) -> NextAttempt:
    seed = attempt_seed(
        round_seed=row.round.seed,
        source=row.source.key,
        video=name_of(job.video),
        number=number,
    )
    return NextAttempt(job, number, seed, entry, asked)
