"""What this machine allows at most, beside a judging round, in one run.

    .venv/bin/python -m benchmarks.limits [--seconds 6] [--clients 50]

Each line takes a part of the work away: PostgreSQL alone storing 29 answers a commit
(pgbench, full durability); the web server and Django answering nothing; the same with
session, login, CSRF check and one look-up; then the round itself. Behind each stands
the processor time that the web processes, PostgreSQL and the load spend on one.
"""

import argparse
import asyncio
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path

from benchmarks.clients import Annotator, Client, Response
from benchmarks.judging import Measured, drive, judge
from benchmarks.server import (
    Web,
    collect_static,
    database_cpu_seconds,
    migrate,
    services,
    web,
)
from embedded.binaries import postgres_folder

# The columns and the index of a judgment, without anything that refers to others.
TABLE = """
CREATE TABLE floor (
    presentation_id bigint PRIMARY KEY, verdict varchar(5), realism_score smallint,
    key uuid, answered_at timestamptz, received_at timestamptz
)
"""
SAVE = """\\set base random(1, 1000000)
INSERT INTO floor
SELECT :base * 29 + n, 'human', 3, gen_random_uuid(), now(), now()
FROM generate_series(1, 29) n
ON CONFLICT (presentation_id) DO UPDATE SET verdict = excluded.verdict,
    realism_score = excluded.realism_score, key = excluded.key,
    answered_at = excluded.answered_at, received_at = excluded.received_at;
"""

Loop = Callable[[Client, str, Measured, float], Coroutine[None, None, None]]


def _bare_saves(clients: int, seconds: float) -> float:
    """Commits a second of 29 rows each, by PostgreSQL's own load generator."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(SAVE)
        script.flush()
        done = subprocess.run(
            [
                *(postgres_folder() / "pgbench", "-n", "-M", "prepared", "-j", "2"),
                *("-c", str(clients), "-T", f"{seconds:.0f}", "-f", script.name),
                os.environ["DATABASE_URL"],
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    (rate,) = re.findall(r"tps = ([\d.]+)", done.stdout)
    return float(rate)


async def _again_and_again(
    request: Callable[[Client, str], Coroutine[None, None, object]],
    client: Client,
    study: str,
    measured: Measured,
    until: float,
) -> None:
    while time.perf_counter() < until:
        began_at = time.perf_counter()
        await request(client, study)
        measured.save_seconds.append(time.perf_counter() - began_at)
        measured.rounds += 1


async def _nothing(client: Client, study: str) -> None:  # noqa: ARG001
    _expect(await client.get("/health/"), 200)


async def _look_up(client: Client, study: str) -> None:
    """A signed-in person asks for a batch that is not there."""
    _expect(await client.post(f"/judge/{study}/pause/"), 404)


def _expect(response: Response, status: int) -> None:
    if response.status != status:
        msg = f"answered {response.status}, not {status}"
        raise RuntimeError(msg)


def _measure(
    folder: Path, server: Web, people: list[Annotator], study: str, loop: Loop
) -> Callable[[float], str]:
    def measure(seconds: float) -> str:
        web_before, database_before = server.cpu_seconds(), database_cpu_seconds(folder)
        load_before = time.process_time()
        measured = asyncio.run(drive(loop, people, study, server, seconds, kill=False))
        milliseconds = 1000 / max(measured.rounds, 1)
        return (
            f"{measured.rounds / measured.seconds:8.0f}/s   processor ms each: web"
            f" {(server.cpu_seconds() - web_before) * milliseconds:5.2f}, PostgreSQL"
            f" {(database_cpu_seconds(folder) - database_before) * milliseconds:5.2f},"
            f" load {(time.process_time() - load_before) * milliseconds:5.2f}"
        )

    return measure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--clients", type=int, default=50)
    options = parser.parse_args()
    loops: dict[str, Loop] = {
        "web server and Django, nothing to do": partial(_again_and_again, _nothing),
        "session, login, CSRF, one look-up": partial(_again_and_again, _look_up),
        "a round: fetch a batch, save its 29": judge,
    }
    with services("limits") as folder:
        migrate()
        collect_static()
        from benchmarks.seeding import make_annotators, make_study

        study = make_study(videos=4000, redundancy=5)
        saves = _bare_saves(options.clients, options.seconds)
        print(f"{os.cpu_count()} processors, {options.clients} clients")
        print(f"{'PostgreSQL alone, 29 rows a commit':<38}{saves:8.0f}/s")
        with web(folder) as server:
            for name, loop in loops.items():
                people = make_annotators(study, options.clients)
                measure = _measure(folder, server, people, str(study.public_id), loop)
                print(f"{name:<38}{measure(options.seconds)}", flush=True)


if __name__ == "__main__":
    main()
