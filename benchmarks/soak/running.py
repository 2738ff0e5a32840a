"""A soak: annotators work, one fault after another, and an audit after each."""

import asyncio
import random
import time
from collections.abc import Callable

import psycopg

from benchmarks.clients import Annotator, Client
from benchmarks.soak.annotators import Gate, Ledger, Manner, Worker
from benchmarks.soak.audit import Audit
from benchmarks.soak.faults import Fault, faults_of
from benchmarks.soak.results import Results, Run
from benchmarks.soak.site import Site
from benchmarks.soak.wire import Wire

# Longer than the supervisor's longest wait, a recovery and the page's longest pause.
_BACK_SECONDS = 120.0
_REST_SECONDS = 120.0
_LOOK_SECONDS = 0.1


class Soak:
    """One run on one installation."""

    def __init__(
        self,
        site: Site,
        study: tuple[int, str],
        people: list[Annotator],
        results: Results,
        *,
        manner: Manner,
        say: Callable[[str], object],
    ) -> None:
        self._site = site
        self._study_id, self._study = study
        self._people = people
        self._results = results
        self._manner = manner
        self._say = say
        self._chance = random.Random(results.seed)  # noqa: S311 (faults, no secrets)
        self._wire = Wire(site.web.address.port)
        self._gate, self._ledger = Gate(), Ledger()
        self._audit = Audit(self._study_id)

    async def run(self, seconds: float) -> None:
        """Make faults until the time is over; each kind once before any comes again."""
        await self._wire.start()
        began_at = time.monotonic()
        work = [asyncio.create_task(worker.run()) for worker in self._workers()]
        waiting: list[Fault] = []
        try:
            while time.monotonic() - began_at < seconds and not all(
                task.done() for task in work
            ):
                if not waiting:
                    waiting = faults_of(self._site)
                    self._chance.shuffle(waiting)
                await self._suffer(waiting.pop(), work)
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await self._wire.stop()
        results, ledger = self._results, self._ledger
        results.seconds = time.monotonic() - began_at
        results.answers = len(ledger.acknowledged)
        results.submitted = len(ledger.submitted)
        results.retries = ledger.retries

    def _workers(self) -> list[Worker]:
        return [
            Worker(
                Client(self._wire.port, person),
                self._study,
                self._ledger,
                self._gate,
                random.Random(f"{self._results.seed} {number}"),  # noqa: S311
                self._manner,
            )
            for number, person in enumerate(self._people)
        ]

    async def _suffer(self, fault: Fault, work: list[asyncio.Task[None]]) -> None:
        await asyncio.sleep(self._chance.uniform(1, 4) * max(self._manner.haste, 0.2))
        before = len(self._ledger.given)
        began_at = time.monotonic()
        await fault.act(self._site, self._wire, self._chance)
        is_back = await self._come_back()
        back_seconds = time.monotonic() - began_at
        # The audit wants nothing on its way: every annotator rests for a moment.
        self._gate.close()
        findings = [] if is_back else ["not back by itself"]
        if await self._rest(work):
            findings += await asyncio.to_thread(self._audit.findings, self._ledger)
        else:
            findings.append("an annotator's answers do not get through")
        findings += [repr(task.exception()) for task in work if _has_failed(task)]
        findings += self._ledger.oddities
        self._ledger.oddities.clear()
        self._gate.open()
        given = len(self._ledger.given) - before
        self._results.runs.append(Run(fault.title, back_seconds, given, findings))
        said = "; ".join(findings) or "all is there, once"
        self._say(f"{fault.title}: back after {back_seconds:.1f} s, {said}")

    async def _come_back(self) -> bool:
        deadline = time.monotonic() + _BACK_SECONDS
        # What was killed is still being noticed.
        await asyncio.sleep(_LOOK_SECONDS)
        while not await asyncio.to_thread(self._serves):
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(_LOOK_SECONDS)
        return True

    def _serves(self) -> bool:
        """Whether every service runs, the database writes, and a page comes."""
        if not all(service.is_running for service in self._site.services):
            return False
        try:
            url = self._site.postgres.url("mimic")
            with psycopg.connect(url, connect_timeout=2) as database:
                database.execute("CREATE TEMP TABLE probe AS SELECT 1")
        except psycopg.OperationalError:
            return False
        return self._site.broker._answers() and self._site.web.address.answers()  # noqa: SLF001

    async def _rest(self, work: list[asyncio.Task[None]]) -> bool:
        deadline = time.monotonic() + _REST_SECONDS
        while self._gate.resting < len(work) - sum(map(_has_failed, work)):
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(_LOOK_SECONDS)
        return True


def _has_failed(task: asyncio.Task[None]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is not None
