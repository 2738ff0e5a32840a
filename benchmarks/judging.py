"""Annotators in a closed loop: fetch a batch, save its 29 answers, again and again.

    .venv/bin/python -m benchmarks.judging [--seconds 10] [--clients 1,10,50] [--kill]
    .venv/bin/python -m benchmarks.judging --paced --clients 500 --seconds 60

Measures on the production stack (granian, PostgreSQL with full durability), load
generator included: rounds a second, latency of saving a whole batch and of single
autosaves, then compares what is stored with what was acknowledged, both ways. `--kill`
kills the web processes in the middle of the last run. `--paced` has annotators who
come one after the other within a third of the time, and answer every five seconds.
"""

import argparse
import asyncio
import random
import signal
import statistics
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import partial

from benchmarks.clients import Annotator, Client, Response
from benchmarks.server import Web, collect_static, migrate, services, web

POSITIONS = range(1, 30)
RETRY_SECONDS = 0.05
PACE_SECONDS = 5.0


@dataclass
class Measured:
    """What the clients saw."""

    rounds: int = 0
    seconds: float = 0.0
    save_seconds: list[float] = field(default_factory=list)
    fetch_seconds: list[float] = field(default_factory=list)
    # assignment -> {position: (verdict, score)} as the server acknowledged them
    acknowledged: dict[str, dict[int, tuple[str, int]]] = field(default_factory=dict)
    errors: int = 0
    page_bytes: int = 0


def _quantile(values: Sequence[float], q: float) -> float:
    return sorted(values)[min(len(values) - 1, int(q * len(values)))] * 1000


def _answers(seed: str) -> dict[int, tuple[str, int]]:
    chance = random.Random(seed)  # noqa: S311 (a load, not a secret)
    return {
        position: (chance.choice(("human", "ai")), chance.randrange(6))
        for position in POSITIONS
    }


async def _insist(
    call: Callable[[], Awaitable[Response]], measured: Measured, until: float
) -> Response | None:
    """Repeat a request while the server is away, as the page does."""
    while True:
        try:
            response = await call()
        except ConnectionError:
            measured.errors += 1
        else:
            if response.status < 500:
                return response
            measured.errors += 1
        if time.perf_counter() > until + 20:
            return None
        await asyncio.sleep(RETRY_SECONDS)


async def judge(client: Client, study: str, measured: Measured, until: float) -> None:
    """One annotator: batch after batch until the time is over."""
    first = partial(client.post, f"/work/{study}/next/")
    place = _location(await _insist(first, measured, until))
    while place.startswith("/judge/") and time.perf_counter() < until:
        page = await _insist(partial(client.get, place), measured, until)
        if page is None or page.status != 200:
            measured.errors += 1
            return
        measured.fetch_seconds.append(page.seconds)
        measured.page_bytes = len(page.body)
        answers = _answers(place)
        form = "&".join(
            f"verdict-{n}={verdict}&score-{n}={score}"
            for n, (verdict, score) in answers.items()
        )
        submit = partial(client.post, f"{place}submit/", form)
        saved = await _insist(submit, measured, until)
        if saved is None or saved.status not in (302, 303):
            measured.errors += 1
            return
        measured.save_seconds.append(saved.seconds)
        measured.acknowledged[place.split("/")[2]] = answers
        measured.rounds += 1
        place = saved.location
        while place.startswith("/work/") and time.perf_counter() < until:
            go = client.post if place.endswith("/next/") else client.get
            place = _location(await _insist(partial(go, place), measured, until))


async def _paced(client: Client, study: str, measured: Measured, until: float) -> None:
    """One annotator at a person's pace: arrives some time, answers, thinks."""
    await asyncio.sleep(random.random() * (until - time.perf_counter()) / 3)  # noqa: S311
    await _autosave(client, study, measured, until, pause=PACE_SECONDS)


async def _autosave(
    client: Client, study: str, measured: Measured, until: float, *, pause: float = 0.0
) -> None:
    """One annotator who answers comment by comment, each saved at once."""
    first = partial(client.post, f"/work/{study}/next/")
    place = _location(await _insist(first, measured, until))
    chance = random.Random(place)  # noqa: S311
    kept = measured.acknowledged.setdefault(place.split("/")[2], {})
    while time.perf_counter() < until:
        position = chance.choice(POSITIONS)
        answer = (chance.choice(("human", "ai")), chance.randrange(6))
        form = (
            f"position={position}&verdict={answer[0]}&score={answer[1]}"
            f"&key={uuid.UUID(int=chance.getrandbits(128))}&age_ms=0&view_ms=1500"
        )
        save = partial(client.post, f"{place}answers/", form, "HX-Request: true\r\n")
        saved = await _insist(save, measured, until)
        if saved is None or saved.status != 200:
            measured.errors += 1
            return
        measured.save_seconds.append(saved.seconds)
        kept[position] = answer
        measured.rounds += 1
        if pause:
            await asyncio.sleep(pause * chance.uniform(0.6, 1.4))


def _location(response: Response | None) -> str:
    return response.location if response else ""


Loop = Callable[[Client, str, Measured, float], Coroutine[None, None, None]]


async def drive(
    loop: Loop,
    annotators: list[Annotator],
    study: str,
    server: Web,
    seconds: float,
    *,
    kill: bool,
) -> Measured:
    measured = Measured()
    began_at = time.perf_counter()
    until = began_at + seconds
    clients = [Client(server.port, annotator) for annotator in annotators]
    work = [asyncio.create_task(loop(c, study, measured, until)) for c in clients]
    if kill:
        await asyncio.sleep(seconds / 2)
        for process in server.workers():
            process.send_signal(signal.SIGKILL)
    await asyncio.gather(*work)
    measured.seconds = time.perf_counter() - began_at
    for client in clients:
        await client.close()
    return measured


def _check(measured: Measured, study_id: int, people: list[Annotator]) -> str:
    """Compare what the clients were told with what the database holds of them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.public_id::text, p.position, j.verdict, j.realism_score"
            " FROM annotation_judgment j"
            " JOIN annotation_presentation p ON p.id = j.presentation_id"
            " JOIN annotation_assignment a ON a.id = p.assignment_id"
            " WHERE a.membership_id = ANY(%s)",
            [[person.membership for person in people]],
        )
        stored = {(a, n): (verdict, score) for a, n, verdict, score in cursor}
        cursor.execute(
            "SELECT count(*) FROM annotation_batch b WHERE study_id = %s AND"
            " (places_taken > place_count OR places_taken <> (SELECT count(*) FROM"
            " annotation_assignment a WHERE a.batch_id = b.id AND place > 0))",
            [study_id],
        )
        (over,) = cursor.fetchone()
    lost = sum(
        stored.get((assignment, position)) != answer
        for assignment, answers in measured.acknowledged.items()
        for position, answer in answers.items()
    )
    told = {
        (assignment, position)
        for assignment, answers in measured.acknowledged.items()
        for position in answers
    }
    unsaid = len(stored.keys() - told)
    return (
        f"acknowledged {len(told)}, lost or changed {lost},"
        f" stored without a word {unsaid}, batches over {over}"
    )


def _report(name: str, clients: int, measured: Measured, verdict: str) -> None:
    save = measured.save_seconds
    print(
        f"{name:<9} {clients:>4} clients  {measured.rounds / measured.seconds:7.1f}/s  "
        f"save p50 {_quantile(save, 0.5):6.1f}  p95 {_quantile(save, 0.95):6.1f}  "
        f"p99 {_quantile(save, 0.99):6.1f} ms  retried {measured.errors}  {verdict}"
    )
    if measured.fetch_seconds:
        print(
            f"{'':>24}fetch p50 {statistics.median(measured.fetch_seconds) * 1000:.1f}"
            f" ms, page {measured.page_bytes / 1000:.1f} KB uncompressed"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--clients", default="1,10,50")
    parser.add_argument("--videos", type=int, default=4000)
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--paced", action="store_true")
    options = parser.parse_args()
    with services("judging") as folder:
        migrate()
        collect_static()
        from benchmarks.seeding import make_annotators, make_study

        study = make_study(videos=options.videos, redundancy=5)
        counts = [int(count) for count in options.clients.split(",")]
        with web(folder) as server:
            quick = (("batches", judge), ("autosave", _autosave))
            for name, loop in (("paced", _paced),) if options.paced else quick:
                for count in counts:
                    people = make_annotators(study, count)
                    kill = options.kill and count == counts[-1]
                    measured = asyncio.run(
                        drive(
                            loop,
                            people,
                            str(study.public_id),
                            server,
                            options.seconds,
                            kill=kill,
                        )
                    )
                    _report(name, count, measured, _check(measured, study.pk, people))
            print(f"web processes, unique memory: {server.memory_mb()} MB")


if __name__ == "__main__":
    main()
