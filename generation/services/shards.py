"""The worker's loop: take jobs of one model, let it write, store what it wrote."""

from collections.abc import Iterator

from generation.cleaning import clean
from generation.engines.base import (
    Answer,
    Engine,
    EngineError,
    Reason,
    Request,
)
from generation.errors import RegistryError
from generation.flags import FLAGS_VERSION, flags_of
from generation.installation import known_entry
from generation.models import GenerationJob, RoundSource
from generation.prompts import prompt
from generation.registry import Entry
from generation.runnable import runnable_here
from generation.seeds import attempt_seed
from generation.selectors.workers import workers_of
from generation.services.answers import Setting, Written, fail_waiting, store_answer
from generation.services.claims import Claim, claim_jobs, give_up
from generation.services.engines import EngineKeeper
from generation.services.frames import JobFrames
from generation.services.heartbeat import Heartbeat, kept
from generation.services.rounds import finish_if_over
from generation.services.texts import SourceTexts
from generation.services.workers import note_worker_alive

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
    if refusal := runnable_here(entry):
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
        self._prompt = prompt(entry.prompt_version)
        self._texts = SourceTexts(row)

    def run(self) -> None:
        taken = 0
        while taken < SHARD_SIZE:
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

    def _say_alive(self) -> None:
        note_worker_alive(name=self._worker)

    def _work(self, engine: Engine, claim: Claim, heartbeat: Heartbeat) -> None:
        """Let the engine write for the claimed jobs; one that is lost is closed.

        Jobs without an answer get the engine's error: they are tried again if it may
        pass, and else nothing more is asked of this model.
        """
        unanswered = {str(job.pk): job for job in claim.jobs}
        try:
            engine.prepare()
            for answer in self._answers(engine, claim):
                heartbeat.note_progress()
                job = unanswered.pop(answer.key)
                is_stored = self._store(engine, claim, job, answer)
                if not (is_stored or claim.held.exists()):
                    return  # the round was cancelled
        except EngineError as error:
            self._keeper.close()
            for key, job in unanswered.items():
                self._store(engine, claim, job, Answer(key=key, error=error))
            if not error.retryable:
                fail_waiting(round_source=self._row, error=error)

    def _answers(self, engine: Engine, claim: Claim) -> Iterator[Answer]:
        requests: list[Request] = []
        for job, frames in self._frames.of(claim.jobs):
            if isinstance(frames, EngineError):
                yield Answer(key=str(job.pk), error=frames)
            else:
                requests.append(
                    Request(
                        key=str(job.pk),
                        frames=frames,
                        prompt=self._prompt.text,
                        system=self._prompt.system,
                        seed=next_seed(job, self._row),
                    )
                )
        if requests:
            yield from engine.generate(requests)

    def _store(
        self, engine: Engine, claim: Claim, job: GenerationJob, answer: Answer
    ) -> bool:
        return store_answer(
            job=job,
            token=claim.token,
            setting=Setting(
                entry=self._entry,
                prompt_hash=self._prompt.hash,
                identity=engine.identity,
                worker=self._worker,
                seed=next_seed(job, self._row),
            ),
            answer=answer,
            written=None if answer.error else self._written(job, answer),
        )

    def _written(self, job: GenerationJob, answer: Answer) -> Written:
        cleaned = clean(answer.text)
        flags = flags_of(
            cleaned,
            answer.text,
            self._prompt,
            self._texts.under_others(job.video_id),
            is_unfinished=answer.is_unfinished,
        )
        self._texts.note(job.video_id, cleaned.text)
        return Written(cleaned.text, cleaned.version, flags, FLAGS_VERSION)


def next_seed(job: GenerationJob, row: RoundSource) -> int:
    """The seed of the next attempt at a job."""
    return attempt_seed(
        round_seed=row.round.seed,
        source=row.source.key,
        video=job.video_id,
        number=job.attempts.count() + 1,
    )
