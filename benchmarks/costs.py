"""What one round of judging costs, in numbers that a busy machine changes little.

    .venv/bin/python -m benchmarks.costs [--rounds 300] [--trips]

One annotator fetches a batch and submits it, then saves a single answer, in this
process: flushes of PostgreSQL's log to disk, sequential scans of the judging tables,
processor time of Django and of PostgreSQL; with `--trips` every round trip between them
as well, by prepared statement (libpq's own trace), and bytes.
"""

import argparse
import io
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from benchmarks.clients import Annotator
from benchmarks.server import collect_static, database_cpu_seconds, migrate, services

POSITIONS = range(1, 30)
TRACED_ROUNDS = 20
WARM_UP_ROUNDS = 12


@dataclass
class Answered:
    status: str
    location: str
    size: int


class Browser:
    """One annotator's browser, calling the application as the web server does."""

    def __init__(self, annotator: Annotator) -> None:
        from config.wsgi import application

        self._application: Any = application
        self._annotator = annotator

    def request(self, method: str, path: str, form: str = "", **more: str) -> Answered:
        body = form.encode()
        told: dict[str, Any] = {}
        csrf = self._annotator.csrf
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": urlsplit(path).path,
            "QUERY_STRING": urlsplit(path).query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_COOKIE": f"sessionid={self._annotator.session}; csrftoken={csrf}",
            "HTTP_X_CSRFTOKEN": csrf,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            **more,
        }

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            told.update(status=status, headers=dict(headers))

        response = self._application(environ, start)
        size = sum(len(part) for part in response)
        response.close()
        headers = {name.lower(): value for name, value in told["headers"].items()}
        return Answered(told["status"][:3], headers.get("location", ""), size)

    def expect(self, status: str, *request: str, **more: str) -> Answered:
        answered = self.request(*request, **more)
        if answered.status != status:
            msg = f"{request[:2]} answered {answered.status}, not {status}"
            raise RuntimeError(msg)
        return answered


def _whole_form() -> str:
    return "&".join(f"verdict-{n}=human&score-{n}={n % 6}" for n in POSITIONS)


def _one_answer(position: int) -> str:
    return f"position={position}&verdict=ai&score=2&key={uuid4()}&age_ms=0&view_ms=1500"


class Loop:
    """Fetch and submit, again and again; each kind of request can be run by itself."""

    def __init__(self, annotator: Annotator, study: str) -> None:
        self._browser = Browser(annotator)
        first = self._browser.expect("303", "POST", f"/work/{study}/next/")
        self.place = first.location
        self.sizes: Counter[str] = Counter()

    def fetch(self) -> None:
        self.sizes["fetch"] = self._browser.expect("200", "GET", self.place).size

    def submit(self) -> None:
        page = f"{self.place}submit/"
        answered = self._browser.expect("303", "POST", page, _whole_form())
        self.place = answered.location

    def autosave(self) -> None:
        page, form = f"{self.place}answers/", _one_answer(1)
        answered = self._browser.expect(
            "200", "POST", page, form, HTTP_HX_REQUEST="true"
        )
        self.sizes["autosave"] = answered.size


def _counters() -> dict[str, int]:
    """PostgreSQL's own counters, from a connection of their own."""
    import psycopg
    from django.conf import settings

    database: Any = settings.DATABASES["default"]
    with psycopg.connect(
        host=database["HOST"], user=database["USER"], dbname=database["NAME"]
    ) as connection:
        row = connection.execute(
            "SELECT (SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'),"
            " sum(seq_scan), sum(seq_tup_read)"
            " FROM pg_stat_user_tables WHERE relname LIKE 'annotation_%'"
        ).fetchone()
    if row is None:
        msg = "PostgreSQL has no such counters"
        raise RuntimeError(msg)
    return dict(zip(("flushes", "seq_scans", "seq_rows"), map(int, row), strict=True))


def _settle() -> None:
    """Let the session hand in what it counted, which it does once a second."""
    from django.db import connection

    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT 1")
    connection.close()


def _traced(work: Callable[[], None]) -> Counter[str]:
    """What the web process sends while it does `work`: round trips by statement."""
    from django.db import connection

    pool: Any = connection.pool  # type: ignore[attr-defined]
    with tempfile.NamedTemporaryFile("w+") as log:
        with pool.connection() as raw:
            pass
        raw.pgconn.trace(log.fileno())
        work()
        raw.pgconn.untrace()
        lines = Path(log.name).read_text(errors="replace").splitlines()
    trips: Counter[str] = Counter()
    statement = ""
    for line in lines:
        fields = line.split("\t")
        if len(fields) < 4 or fields[1] != "F":
            continue
        kind, text = fields[3], " ".join(fields[4:]).replace("\\x0a", " ")
        if kind == "Bind":
            statement = " ".join(text.split()[:2])
        elif kind == "Query":
            trips[" ".join(text.split())[:60]] += 1
        elif kind == "Sync":
            trips[statement] += 1
    return trips


def _measure(folder: Path, loop: Loop, rounds: int) -> None:
    kinds: dict[str, list[Callable[[], None]]] = {
        "round": [loop.fetch, loop.submit],
        "autosave": [loop.autosave],
    }
    for kind, requests in kinds.items():
        before = _counters()
        database, web = database_cpu_seconds(folder), time.process_time()
        began_at = time.perf_counter()
        for _ in range(rounds):
            for request in requests:
                request()
        seconds = time.perf_counter() - began_at
        web = (time.process_time() - web) * 1000 / rounds
        database = (database_cpu_seconds(folder) - database) * 1000 / rounds
        _settle()
        after = _counters()
        counted = {key: (after[key] - before[key]) / rounds for key in after}
        print(
            f"{kind:<9} cpu ms: Django {web:5.2f}, PostgreSQL {database:5.2f}; "
            f"wall {seconds * 1000 / rounds:6.2f} ms; "
            + ", ".join(f"{key} {value:.2f}" for key, value in counted.items()),
            flush=True,
        )


def _trips(loop: Loop) -> None:
    for name, requests in (
        ("fetch", (loop.fetch,)),
        ("submit", (loop.submit,)),
        ("autosave", (loop.autosave,)),
    ):
        trips: Counter[str] = Counter()
        for _ in range(TRACED_ROUNDS):
            for request in requests:
                trips += _traced(request)
        total = sum(trips.values()) / TRACED_ROUNDS
        print(f"{name}: {total:.2f} round trips, {loop.sizes[name]} bytes")
        for statement, count in trips.most_common():
            print(f"   {count / TRACED_ROUNDS:5.2f}  {statement}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--videos", type=int, default=2000)
    parser.add_argument("--trips", action="store_true", help="name every round trip")
    options = parser.parse_args()
    with services("costs") as folder:
        os.environ["DATABASE_POOL_SIZE"] = "1"
        migrate()
        collect_static()
        from django.db import connection

        from benchmarks.seeding import make_annotators, make_study

        study = make_study(videos=options.videos, redundancy=5)
        annotators = make_annotators(study, 1)
        connection.close()
        loop = Loop(annotators[0], str(study.public_id))
        for _ in range(WARM_UP_ROUNDS):
            loop.fetch()
            loop.submit()
            loop.autosave()
        _measure(folder, loop, options.rounds)
        if options.trips:
            _trips(loop)
        connection.close_pool()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
