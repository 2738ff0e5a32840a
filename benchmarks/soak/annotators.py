"""Simulated annotators: they answer as a person does and deliver as the page does.

The rules are those of static/js/judge/delivery.js: an answer waits in the outbox until
the server acknowledges its key; after trouble the same answers are sent again, after 1,
2, 4, 8, 15 and then every 30 seconds, while the person goes on answering.
"""

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from json import JSONDecodeError, loads

from benchmarks.clients import Client, Response

POSITIONS = range(1, 30)
RETRY_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
# When the page gives a silent request up (templates/annotation/judging/judge.html).
SILENCE_SECONDS = 15.0
_LOGGED_OUT = "/accounts/"
_JSON = "Accept: application/json\r\n"


@dataclass(frozen=True)
class Given:
    """One answer, under the key that the page gave it."""

    assignment: str
    position: int
    verdict: str
    score: int
    key: str


@dataclass
class Ledger:
    """What the annotators know: all that the database is compared with."""

    given: dict[str, Given] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    # (assignment, position) -> the newest acknowledged answer.
    newest: dict[tuple[str, int], Given] = field(default_factory=dict)
    submitted: set[str] = field(default_factory=set)
    retries: int = 0
    # What should never be answered to an honest annotator.
    oddities: list[str] = field(default_factory=list)


class Gate:
    """Lets annotators rest where nothing of theirs is on its way."""

    def __init__(self) -> None:
        self._is_open = asyncio.Event()
        self._is_open.set()
        self.resting = 0

    def open(self) -> None:
        self._is_open.set()

    def close(self) -> None:
        self._is_open.clear()

    async def passing(self) -> None:
        self.resting += 1
        await self._is_open.wait()
        self.resting -= 1


@dataclass(frozen=True)
class Manner:
    """How quick annotators are."""

    # Seconds between two answers, on average.
    pace: float = 1.0
    # The page's pauses before it tries again, times this.
    haste: float = 1.0


@dataclass
class Worker:
    """One annotator at work, batch after batch."""

    client: Client
    study: str
    ledger: Ledger
    gate: Gate
    chance: random.Random
    manner: Manner
    _outbox: list[Given] = field(default_factory=list)
    _newest: dict[int, Given] = field(default_factory=dict)

    async def run(self) -> None:
        """Judge until there is nothing left, or cancelled while resting."""
        place = f"/work/{self.study}/next/"
        while place:
            await self.gate.passing()
            if place.startswith("/judge/"):
                place = await self._judge(place)
            else:
                place = await self._follow(place)
        self.gate.resting += 1

    async def _follow(self, place: str) -> str:
        """Go where the site leads, to the next batch or to the end."""
        send = self.client.post if place.endswith("/next/") else self.client.get
        response = await self._insist(partial(send, place))
        if response.location.startswith(_LOGGED_OUT):
            self.ledger.oddities.append("an annotator was signed out")
        return response.location

    async def _judge(self, place: str) -> str:
        page = await self._insist(partial(self.client.get, place))
        if page.status != 200:
            return page.location or f"/work/{self.study}/next/"
        assignment = place.split("/")[2]
        self._newest = {}
        positions = [*POSITIONS]
        self.chance.shuffle(positions)
        # Some answers are changed later, before the submission.
        positions += self.chance.sample(positions, 3)
        failures, due_at = 0, 0.0
        while positions or self._outbox:
            if not self._outbox:
                await self.gate.passing()
            if positions:
                self._answer(assignment, positions.pop())
            if time.monotonic() >= due_at:
                if await self._deliver(place):
                    failures = 0
                else:
                    due_at = time.monotonic() + self._pause(failures)
                    failures += 1
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * self.manner.pace)
        return await self._submit(place, assignment)

    def _answer(self, assignment: str, position: int) -> None:
        given = Given(
            assignment,
            position,
            self.chance.choice(("human", "ai")),
            self.chance.randrange(6),
            str(uuid.UUID(int=self.chance.getrandbits(128), version=4)),
        )
        self._outbox.append(given)
        self._newest[position] = given
        self.ledger.given[given.key] = given

    async def _deliver(self, place: str) -> bool:
        """Send all that waits; forget only what was acknowledged."""
        form = "&".join(
            f"position={one.position}&verdict={one.verdict}&score={one.score}"
            f"&key={one.key}&age_ms=0&view_ms=1500"
            for one in self._outbox
        )
        response = await self._try(
            partial(self.client.post, f"{place}answers/", form, _JSON)
        )
        saved = _saved_keys(response)
        for one in self._outbox:
            if one.key in saved:
                self.ledger.acknowledged.add(one.key)
                self.ledger.newest[one.assignment, one.position] = one
        left = [one for one in self._outbox if one.key not in saved]
        if response and 400 <= response.status < 500:
            self.ledger.oddities.append(f"an answer was refused: {response.status}")
        if left:
            self.ledger.retries += 1
        self._outbox = left
        return not left

    async def _submit(self, place: str, assignment: str) -> str:
        form = "&".join(
            f"verdict-{n}={one.verdict}&score-{n}={one.score}"
            for n, one in self._newest.items()
        )
        response = await self._insist(
            partial(self.client.post, f"{place}submit/", form)
        )
        if response.status in (302, 303):
            self.ledger.submitted.add(assignment)
            return response.location
        self.ledger.oddities.append(f"a submission was refused: {response.status}")
        return f"/work/{self.study}/next/"

    async def _insist(self, send: Callable[[], Awaitable[Response]]) -> Response:
        """As a person does who loads a page again until it comes."""
        failures = 0
        while True:
            response = await self._try(send)
            if response and response.status < 500:
                return response
            self.ledger.retries += 1
            await asyncio.sleep(self._pause(failures))
            failures += 1

    async def _try(self, send: Callable[[], Awaitable[Response]]) -> Response | None:
        try:
            return await asyncio.wait_for(send(), SILENCE_SECONDS * self.manner.haste)
        except (ConnectionError, TimeoutError):
            await self.client.close()
            return None

    def _pause(self, failures: int) -> float:
        return RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)] * self.manner.haste


def _saved_keys(response: Response | None) -> set[str]:
    if response is None or response.status != 200:
        return set()
    try:
        return {*loads(response.body)["saved"]}
    except (JSONDecodeError, KeyError):
        return set()
