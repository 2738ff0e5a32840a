"""How long the long table takes to leave, beside the bare COPY of the same query.

    .venv/bin/python -m benchmarks.export [--runs 5]

29,000 and 580,000 judgments. Each line is the median of the runs and has a process of
its own, so that its peak memory is its own (Django alone is most of it). The floor is
psycopg alone, reading what PostgreSQL sends and keeping nothing. The download comes
from the production web server, to the last byte; its memory is the largest process's.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.memory import peak_mb
from benchmarks.server import PROJECT, migrate, services, web

if TYPE_CHECKING:
    from annotation.models import Study

REDUNDANCY = 5
ANNOTATORS = 200
# Videos of a study; each gives 29 comments x 5 judgments.
SIZES = (200, 4_000)
WAYS = ("bare COPY", "csv", "jsonl", "parquet")


class _Result(NamedTuple):
    """Median seconds, bytes, and the largest memory of the process in MB."""

    seconds: float
    size: int
    peak_mb: float


def main() -> None:
    """Measure everything, or one way in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        _measure(options.way, options.runs)
        return
    with services("export") as folder:
        migrate()
        for videos in SIZES:
            _measure_size(videos, options.runs, folder)


def _measure_size(videos: int, runs: int, folder: Path) -> None:
    """Fill the database with one study, and take its judgments along in every way."""
    from django.core.management import call_command

    from benchmarks.analysis_seeding import make_judged_study

    call_command("flush", interactive=False, verbosity=0)
    study = make_judged_study(
        videos=videos, annotators=ANNOTATORS, redundancy=REDUNDANCY
    )
    count = videos * 29 * REDUNDANCY
    print(f"\n{count:,} judgments{'seconds':>14}{'rows/s':>12}{'MB':>8}{'peak MB':>9}")
    for way in WAYS:
        command = [sys.executable, "-m", "benchmarks.export"]
        done = subprocess.run(
            [*command, "--way", way, "--runs", str(runs)],
            cwd=PROJECT,
            check=True,
            stdout=subprocess.PIPE,
        )
        _print(way, count, _Result(*json.loads(done.stdout)))
    _print("download, csv", count, _download(str(study.public_id), runs, folder))


def _print(way: str, count: int, result: _Result) -> None:
    seconds, size, peak_mb = result
    rate = count / seconds
    print(f"  {way:<15}{seconds:>14.3f}{rate:>12,.0f}{size / 1e6:>8.1f}{peak_mb:>9.0f}")


# --- One way, in a process of its own -------------------------------------------------


def _measure(way: str, runs: int) -> None:
    """Time one way, and print it with its peak memory as JSON."""
    import django

    django.setup()
    from analysis.export.long_table import csv_blocks, jsonl_blocks
    from annotation.models import Study

    study = Study.objects.get()
    ways: dict[str, Callable[[], int]] = {
        "bare COPY": partial(_copy, study.pk),
        "csv": lambda: sum(map(len, csv_blocks(study))),
        "jsonl": lambda: sum(map(len, jsonl_blocks(study))),
        "parquet": lambda: _parquet(study),
    }
    ways[way]()  # the first run brings the tables into PostgreSQL's memory
    sizes, seconds = zip(*(_timed(ways[way]) for _ in range(runs)), strict=True)
    print(json.dumps(_Result(statistics.median(seconds), sizes[0], peak_mb())))


def _timed(work: Callable[[], int]) -> tuple[int, float]:
    began_at = time.perf_counter()
    size = work()
    return size, time.perf_counter() - began_at


def _copy(study_id: int) -> int:
    """The floor: the same rows, counted and thrown away."""
    import psycopg
    from psycopg import sql

    from annotation.querysets import counted_condition
    from annotation.selectors.judging.long_table import long_table

    query = sql.SQL(long_table(is_safe=True)).format(
        study=sql.Literal(study_id), counted=sql.SQL(counted_condition())
    )
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)
    with (
        psycopg.connect(os.environ["DATABASE_URL"]) as connection,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        return sum(map(len, copy))


def _parquet(study: "Study") -> int:
    from analysis.export.long_table import write_parquet

    with TemporaryFile() as file:
        write_parquet(study, file)
        return file.tell()


# --- From the web server --------------------------------------------------------------


def _download(study_id: str, runs: int, folder: Path) -> _Result:
    """A researcher's download, to the last byte."""
    path = f"/studies/{study_id}/judgments.csv"
    headers = {"Cookie": f"sessionid={_session()}"}
    with web(folder) as server:
        get = partial(_get, f"http://127.0.0.1:{server.port}{path}", headers)
        get()  # the first request opens the connections to the database
        sizes, seconds = zip(*(_timed(get) for _ in range(runs)), strict=True)
        peak = max(peak_mb(worker.pid) for worker in server.workers())
    return _Result(statistics.median(seconds), sizes[0], peak)


def _session() -> str:
    """A session of an admin, who may download everything."""
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.create_superuser("bench-admin"))
    return client.cookies["sessionid"].value


def _get(address: str, headers: dict[str, str]) -> int:
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 (our own)
    size = 0
    with urllib.request.urlopen(request) as response:  # noqa: S310
        while block := response.read(1 << 16):
            size += len(block)
    return size


if __name__ == "__main__":
    main()
