"""The worker's loop: take jobs of one model, let it answer, store what it said.

What the jobs are, a round's comments or anything else that models are asked, is told by
a `Workload`; who holds them, what is retried and when an engine is closed is told here.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from corpus.media.strips import Frames, Strip
from generation.engines.base import Answer, Engine, EngineError, Reason, Request
from generation.errors import RegistryError
from generation.registry import Entry
from generation.runnable import runnable_here
from generation.selectors.workers import workers_of
from generation.services.claims import Claim, Kind, give_up
from generation.services.engines import EngineKeeper
from generation.services.heartbeat import Heartbeat, kept
from generation.services.job_frames import JobFrames, Seen
from generation.services.outcomes import Maker
from generation.services.workers import (
    ill_worker,
    note_worker_alive,
    note_worker_broken,
    note_worker_well,
)

# After so many jobs the worker looks for other messages: another round may be next.
SHARD_SIZE = 256


class Wanted(Seen, Protocol):
    """One answer that is wanted, before it is asked for."""

    @property
    def key(self) -> str:
        """Its name in requests and answers."""
        ...


Asked = TypeVar("Asked", bound=Wanted)


class Workload(ABC, Generic[Kind, Asked]):
    """One model's jobs.

    Attributes:
        entry_key: The model's key in the registry.
        queue: Of the workers that can run it.
        began: When the work began: frames that were used since then stay.
    """

    entry_key: str
    queue: str
    began: datetime

    @abstractmethod
    def entry(self) -> Entry:
        """As it is to be run.

        Raises:
            RegistryError: There is none any more, or it is wrong.
        """

    @abstractmethod
    def strips(self) -> Iterable[Strip]:
        """The frames that all models of the work need."""

    @abstractmethod
    def claim(self, limit: int) -> Claim[Kind] | None:
        """Take the next jobs; None if there are none to take now."""

    @abstractmethod
    def wanted(self, claim: Claim[Kind], entry: Entry) -> list[Asked]:
        """What each of the jobs asks for."""

    @abstractmethod
    def request(self, wanted: Asked, strips: tuple[Frames, ...]) -> Request:
        """What the engine is given."""

    def ask(self, engine: Engine, requests: Sequence[Request]) -> Iterator[Answer]:
        """Let the engine answer, as `Engine.generate` does."""
        return engine.generate(requests)

    @abstractmethod
    def store(
        self, wanted: Asked, claim: Claim[Kind], maker: Maker, answer: Answer
    ) -> bool:
        """Store what came; whether the job was still this worker's."""

    @abstractmethod
    def refuse(self, error: EngineError) -> None:
        """End all that waits: the model cannot run."""

    @abstractmethod
    def finish(self) -> None:
        """End the work if nothing is left to do."""


def run_workload(
    workload: Workload[Kind, Asked], *, worker: str, keeper: EngineKeeper
) -> None:
    """Do up to a shard's number of jobs.

    Safe to run twice, at once or one after the other: each run does what waits.

    Args:
        workload: The jobs of one model.
        worker: Name of the worker that this runs in.
        keeper: Holds the worker's engine.
    """
    try:
        entry = workload.entry()
    except RegistryError as error:
        _refuse(workload, EngineError(Reason.MISCONFIGURED, str(error)))
        return
    if refusal := ill_worker(name=worker) or runnable_here(entry):
        _leave_to_others(workload, refusal, worker)
        return
    with JobFrames([*workload.strips()], workload.began) as frames:
        _Shard(workload, entry, worker, keeper, frames).run()
    workload.finish()


def _refuse(workload: Workload[Kind, Asked], error: EngineError) -> None:
    workload.refuse(error)
    workload.finish()


def _leave_to_others(
    workload: Workload[Kind, Asked], refusal: str, worker: str
) -> None:
    """End the jobs, unless another worker could do them: it will be woken."""
    others = [
        other
        for other in workers_of(workload.queue)
        if other.worker.name != worker and not other.refusal(workload.entry_key)
    ]
    if not others:
        _refuse(workload, EngineError(Reason.UNAVAILABLE, refusal))


class _Shard(Generic[Kind, Asked]):
    """One model's work on one worker."""

    def __init__(
        self,
        workload: Workload[Kind, Asked],
        entry: Entry,
        worker: str,
        keeper: EngineKeeper,
        frames: JobFrames,
    ) -> None:
        self._workload = workload
        self._worker = worker
        self._entry = entry
        self._keeper = keeper
        self._frames = frames
        self._is_well = False

    def run(self) -> None:
        taken = 0
        while taken < SHARD_SIZE and not self._keeper.is_broken:
            engine = self._keeper.engine(self._entry)
            limit = min(engine.capabilities.max_batch, SHARD_SIZE - taken)
            claim = self._workload.claim(limit)
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

    def _work(self, engine: Engine, claim: Claim[Kind], heartbeat: Heartbeat) -> None:
        """Let the engine write for the claimed jobs; one that is lost is closed.

        Jobs without an answer get the engine's error: they are tried again if it may
        pass, and else nothing more is asked of this model.
        """
        wanted = self._workload.wanted(claim, self._entry)
        unanswered = {one.key: one for one in wanted}
        try:
            engine.prepare()
            for answer in self._answers(engine, wanted):
                heartbeat.note_progress()
                one = unanswered.pop(answer.key)
                is_stored = self._store(engine, claim, one, answer)
                if not answer.error:
                    self._say_well()
                if not (is_stored or claim.held.exists()):
                    return  # the work was cancelled
        except EngineError as error:
            self._end(error)
            for key, one in unanswered.items():
                self._store(engine, claim, one, Answer(key=key, error=error))
            if not error.retryable:
                self._workload.refuse(error)

    def _end(self, error: EngineError) -> None:
        """Let the engine go; with a broken accelerator, the worker as well."""
        if error.reason == Reason.DEVICE_BROKEN:
            self._keeper.lose()
            note_worker_broken(name=self._worker)
        else:
            self._keeper.close()

    def _answers(self, engine: Engine, wanted: Sequence[Asked]) -> Iterator[Answer]:
        requests: list[Request] = []
        for one, frames in self._frames.of(wanted):
            if isinstance(frames, EngineError):
                yield Answer(key=one.key, error=frames)
            else:
                requests.append(self._workload.request(one, frames))
        if requests:
            yield from self._workload.ask(engine, requests)

    def _store(
        self, engine: Engine, claim: Claim[Kind], wanted: Asked, answer: Answer
    ) -> bool:
        maker = Maker(engine.identity, self._worker)
        return self._workload.store(wanted, claim, maker, answer)
