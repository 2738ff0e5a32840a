"""The worker's loop: take jobs of one model, let it write, store what it wrote."""

from collections.abc import Iterator, Sequence

from corpus.media.strips import Frames
from generation.cleaning import clean
from generation.engines.base import Answer, Engine, EngineError, Reason, Request
from generation.errors import RegistryError
from generation.flags import FLAGS_VERSION, flags_of
from generation.installation import known_entry
from generation.models import RoundSource
from generation.registry import Entry
from generation.runnable import runnable_here
from generation.selectors.workers import workers_of
from generation.services.claims import Claim, claim_jobs, give_up
from generation.services.earlier_texts import SourceTexts
from generation.services.engines import EngineKeeper
from generation.services.heartbeat import Heartbeat, kept
from generation.services.job_frames import JobFrames
from generation.services.next_attempts import NextAttempt, next_attempts
from generation.services.outcomes import Maker, Written, fail_waiting, store_answer
from generation.services.rounds import finish_if_over
from generation.services.workers import (
    ill_worker,
    note_worker_alive,
    note_worker_broken,
    note_worker_well,
)

# After so many jobs the worker looks for other messages: another round may be next.
SHARD_SIZE = 256


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
    try:
        entry = known_entry(row.entry)
    except RegistryError as error:
        _refuse(row, EngineError(Reason.MISCONFIGURED, str(error)))
        return
    if refusal := ill_worker(name=worker) or runnable_here(entry):
        _leave_to_others(row, refusal, worker)
        return
    with JobFrames(row) as frames:
        _Shard(row, entry, worker, keeper, frames).run()
    finish_if_over(generation_round=row.round)


def _refuse(row: RoundSource, error: EngineError) -> None:
    fail_waiting(round_source=row, error=error)
    finish_if_over(generation_round=row.round)


def _leave_to_others(row: RoundSource, refusal: str, worker: str) -> None:
    """End the jobs, unless another worker could do them: it will be woken."""
    others = [
        other
        for other in workers_of(row.queue)
        if other.worker.name != worker and not other.refusal(row.entry)
    ]
    if not others:
        _refuse(row, EngineError(Reason.UNAVAILABLE, refusal))


class _Shard:
    """One model's work on one worker."""

    def __init__(
        self,
        row: RoundSource,
        entry: Entry,
        worker: str,
        keeper: EngineKeeper,
        frames: JobFrames,
    ) -> None:
        self._row = row
        self._worker = worker
        self._entry = entry
        self._keeper = keeper
        self._frames = frames
        self._texts = SourceTexts(row)
        self._is_well = False

    def run(self) -> None:
        taken = 0
        while taken < SHARD_SIZE and not self._keeper.is_broken:
            engine = self._keeper.engine(self._entry)
            limit = min(engine.capabilities.max_batch, SHARD_SIZE - taken)
            claim = claim_jobs(round_source=self._row, limit=limit)
            if claim is None:
                return
            taken += len(claim.jobs)
            try:
                with kept(claim, self._say_alive) as heartbeat:
                    self._work(engine, claim, heartbeat)
            finally:
                give_up(claim=claim)

    def _say_well(self) -> None:
        """Once is enough: an engine that has written is not ill."""
        if not self._is_well:
            note_worker_well(name=self._worker)
            self._is_well = True

    def _say_alive(self) -> None:
        note_worker_alive(name=self._worker)

    def _work(self, engine: Engine, claim: Claim, heartbeat: Heartbeat) -> None:
        """Let the engine write for the claimed jobs; one that is lost is closed.

        Jobs without an answer get the engine's error: they are tried again if it may
        pass, and else nothing more is asked of this model.
        """
        attempts = next_attempts(jobs=claim.jobs, row=self._row, entry=self._entry)
        unanswered = {attempt.key: attempt for attempt in attempts}
        try:
            engine.prepare()
            for answer in self._answers(engine, attempts):
                heartbeat.note_progress()
                attempt = unanswered.pop(answer.key)
                is_stored = self._store(engine, claim, attempt, answer)
                if not answer.error:
                    self._say_well()
                if not (is_stored or claim.held.exists()):
                    return  # the round was cancelled
        except EngineError as error:
            self._end(error)
            for key, attempt in unanswered.items():
                self._store(engine, claim, attempt, Answer(key=key, error=error))
            if not error.retryable:
                fail_waiting(round_source=self._row, error=error)

    def _end(self, error: EngineError) -> None:
        """Let the engine go; with a broken accelerator, the worker as well."""
        if error.reason == Reason.DEVICE_BROKEN:
            self._keeper.lose()
            note_worker_broken(name=self._worker)
        else:
            self._keeper.close()

    def _answers(
        self, engine: Engine, attempts: Sequence[NextAttempt]
    ) -> Iterator[Answer]:
        requests: list[Request] = []
        for attempt, frames in self._frames.of(attempts):
            if isinstance(frames, EngineError):
                yield Answer(key=attempt.key, error=frames)
            else:
                requests.append(_request(attempt, frames))
        if requests:
            yield from engine.generate(requests)

    def _store(
        self, engine: Engine, claim: Claim, attempt: NextAttempt, answer: Answer
    ) -> bool:
        return store_answer(
            attempt=attempt,
            claim=claim,
            maker=Maker(engine.identity, self._worker),
            answer=answer,
            written=None if answer.error else self._written(attempt, answer),
        )

    def _written(self, attempt: NextAttempt, answer: Answer) -> Written:
        cleaned = clean(answer.text)
        video = attempt.job.video_id
        flags = flags_of(
            cleaned,
            answer.text,
            attempt.prompt,
            self._texts.under_others(video),
            is_unfinished=answer.is_unfinished,
        )
        self._texts.note(video, cleaned.text)
        return Written(cleaned.text, cleaned.version, flags, FLAGS_VERSION)


def _request(attempt: NextAttempt, strips: tuple[Frames, ...]) -> Request:
    frames, *more = strips
    return Request(
        key=attempt.key,
        frames=frames,
        prompt=attempt.prompt.text,
        system=attempt.prompt.system,
        seed=attempt.seed,
        thinned=more[0] if more else None,
    )
