"""A round's part in the worker's loop: models write comments."""

from collections.abc import Iterator

from corpus.media.strips import Frames, Strip
from generation.cleaning import clean
from generation.engines.base import Answer, EngineError, Request
from generation.errors import RegistryError
from generation.flags import FLAGS_VERSION, flags_of
from generation.installation import known_entry
from generation.models import GenerationJob, RoundSource
from generation.registry import Entry
from generation.services.claims import Claim
from generation.services.earlier_texts import SourceTexts
from generation.services.engines import EngineKeeper
from generation.services.next_attempts import NextAttempt, next_attempts
from generation.services.outcomes import Maker, Written, fail_waiting, store_answer
from generation.services.rounds import finish_if_over
from generation.services.spending import claim_affordable
from generation.services.working import Workload, run_workload


def run_shard(*, round_source_id: int, worker: str, keeper: EngineKeeper) -> None:
    """Do up to a shard's number of jobs of one model in a round.

    Safe to run twice, at once or one after the other: each run does what waits.

    Args:
        round_source_id: The model in the round.
        worker: Name of the worker that this runs in.
        keeper: Holds the worker's engine.
    """
    rows = RoundSource.objects.select_related("round", "source")
    row = rows.get(pk=round_source_id)
    run_workload(RoundWork(row), worker=worker, keeper=keeper)


class RoundWork(Workload[GenerationJob, NextAttempt]):
    """The jobs of one model in a round."""

    def __init__(self, row: RoundSource) -> None:
        self._row = row
        self.entry_key = row.entry
        self.queue = row.queue
        self.began = row.round.created_at
        self._texts: SourceTexts | None = None

    def entry(self) -> Entry:
        return known_entry(self._row.entry)

    def strips(self) -> Iterator[Strip]:
        for key in self._row.round.sources.values_list("entry", flat=True):
            try:
                yield from known_entry(key).frames_policy.strips
            except RegistryError:  # gone since the start; its own shard says so
                continue

    def claim(self, limit: int) -> Claim[GenerationJob] | None:
        return claim_affordable(round_source=self._row, entry=self.entry(), limit=limit)

    def wanted(self, claim: Claim[GenerationJob], entry: Entry) -> list[NextAttempt]:
        return next_attempts(jobs=claim.jobs, row=self._row, entry=entry)

    def request(self, wanted: NextAttempt, strips: tuple[Frames, ...]) -> Request:
        frames, *more = strips
        return Request(
            key=wanted.key,
            frames=frames,
            prompt=wanted.prompt.text,
            system=wanted.prompt.system,
            seed=wanted.seed,
            thinned=more[0] if more else None,
        )

    def store(
        self,
        wanted: NextAttempt,
        claim: Claim[GenerationJob],
        maker: Maker,
        answer: Answer,
    ) -> bool:
        return store_answer(
            attempt=wanted,
            claim=claim,
            maker=maker,
            answer=answer,
            written=None if answer.error else self._written(wanted, answer),
        )

    def refuse(self, error: EngineError) -> None:
        fail_waiting(round_source=self._row, error=error)

    def finish(self) -> None:
        finish_if_over(generation_round=self._row.round)

    def _written(self, attempt: NextAttempt, answer: Answer) -> Written:
        cleaned = clean(answer.text)
        video = attempt.job.video_id
        if self._texts is None:
            self._texts = SourceTexts(self._row)
        flags = flags_of(
            cleaned,
            answer.text,
            attempt.prompt,
            self._texts.under_others(video),
            is_unfinished=answer.is_unfinished,
        )
        self._texts.note(video, cleaned.text)
        return Written(cleaned.text, cleaned.version, flags, FLAGS_VERSION)
