"""Rounds for tests: studies with real-looking media, and jobs done by hand."""

from collections.abc import Sequence

from annotation.models import Study
from generation.cleaning import clean
from generation.engines.base import Answer, EngineError, Identity
from generation.installation import known_entry
from generation.models import GenerationJob, GenerationRound, RoundScope, RoundSource
from generation.services.claims import Claim, claim_jobs
from generation.services.next_attempts import next_attempts
from generation.services.outcomes import Maker, Written, store_answer
from generation.services.rounds import open_round
from tests.factories import make_media, make_study, make_video

MODEL, OTHER_MODEL = "qwen2.5-vl-7b", "internvl3-8b"


def make_draft(videos: int = 3) -> Study:
    """A draft whose videos have ready media; its batches lack nothing but models."""
    made = [make_video() for _ in range(videos)]
    for number, video in enumerate(made):
        make_media(video, sha256=f"{number:064x}")
    return make_study(videos=made, ai_sources=0)


def start(
    study: Study,
    models: Sequence[str] = (MODEL,),
    scope: RoundScope = RoundScope.MISSING,
) -> GenerationRound:
    return open_round(
        study=study, entries=[known_entry(key) for key in models], scope=scope
    )


def only_source(generation_round: GenerationRound) -> RoundSource:
    return generation_round.sources.get()


def claim(generation_round: GenerationRound, limit: int = 100) -> Claim[GenerationJob]:
    taken = claim_jobs(round_source=only_source(generation_round), limit=limit)
    assert taken is not None
    return taken


def write(
    taken: Claim[GenerationJob],
    job: GenerationJob,
    text: str = "",
    flags: tuple[str, ...] = (),
    error: EngineError | None = None,
) -> bool:
    """Store an answer as the worker does."""
    text = text or f"nice one, take {job.pk}"
    row = job.round_source
    (attempt,) = next_attempts(jobs=[job], row=row, entry=known_entry(row.entry))
    return store_answer(
        attempt=attempt,
        claim=taken,
        maker=Maker(Identity("tests", "nowhere"), "tests"),
        answer=Answer(key=str(job.pk), text="" if error else text, error=error),
        written=None if error else Written(clean(text).text, 1, flags, 1),
    )


def write_all(generation_round: GenerationRound, **how: object) -> None:
    """Take and write everything that waits of the round's only model."""
    taken = claim(generation_round)
    for job in taken.jobs:
        write(taken, job, **how)  # type: ignore[arg-type]
