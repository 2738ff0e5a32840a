"""What happens to the installation: one fault at a time, at a random moment."""

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from benchmarks.soak.site import Site, deploy
from benchmarks.soak.wire import Wire

Act = Callable[[Site, Wire, random.Random], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong, as the table names it."""

    title: str
    act: Act


def _kill(pid: int) -> None:
    """SIGKILL for a process; what it started is the supervisor's to end."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _children(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


async def kill_web(site: Site, _wire: Wire, _chance: random.Random) -> None:
    pid = _pid(site.web)
    for process in [*_children(pid)]:
        _kill(process.pid)
    _kill(pid)


async def kill_one_web_process(site: Site, _wire: Wire, chance: random.Random) -> None:
    serving = _children(_pid(site.web))
    if serving:
        _kill(chance.choice(serving).pid)


async def kill_postgres(site: Site, _wire: Wire, _chance: random.Random) -> None:
    _kill(_pid(site.postgres))


async def kill_one_session(site: Site, _wire: Wire, chance: random.Random) -> None:
    """PostgreSQL then ends all its sessions and recovers by itself."""
    sessions = [
        process
        for process in _children(_pid(site.postgres))
        if "mimic" in " ".join(process.cmdline())
    ]
    if sessions:
        _kill(chance.choice(sessions).pid)


async def end_sessions(site: Site, _wire: Wire, _chance: random.Random) -> None:
    def end() -> None:
        with psycopg.connect(site.postgres.url("mimic"), autocommit=True) as database:
            database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = 'mimic' AND pid <> pg_backend_pid()"
            )

    with suppress(psycopg.OperationalError):
        await asyncio.to_thread(end)


async def freeze_postgres(site: Site, _wire: Wire, chance: random.Random) -> None:
    """As a machine that is out of memory, or a disk that hangs."""
    pid = _pid(site.postgres)
    stopped = [psutil.Process(pid), *_children(pid)]
    for process in stopped:
        with suppress(psutil.Error):
            process.suspend()
    await asyncio.sleep(chance.uniform(2, 5))
    for process in stopped:
        with suppress(psutil.Error):
            process.resume()


async def kill_broker(site: Site, _wire: Wire, _chance: random.Random) -> None:
    _kill(_pid(site.broker))


async def kill_worker(site: Site, _wire: Wire, _chance: random.Random) -> None:
    pid = _pid(site.worker)
    for process in _children(pid):
        _kill(process.pid)
    _kill(pid)


async def cut(_site: Site, wire: Wire, _chance: random.Random) -> None:
    wire.cut()


async def half_open(_site: Site, wire: Wire, chance: random.Random) -> None:
    """Requests arrive and are stored; no acknowledgement comes back."""
    wire.is_mute = True
    await asyncio.sleep(chance.uniform(2, 5))
    wire.is_mute = False
    wire.cut()


async def fill_disk(site: Site, _wire: Wire, chance: random.Random) -> None:
    """Until nothing can be written; a while later somebody makes room."""
    assert site.disk is not None  # noqa: S101 (the fault is offered with a disk alone)
    filler = site.disk / "filler"
    await asyncio.to_thread(_fill, filler)
    await asyncio.sleep(chance.uniform(4, 8))
    filler.unlink()


def _fill(filler: Path) -> None:
    block = b"\0" * (1 << 16)
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(block)


async def upgrade(site: Site, _wire: Wire, _chance: random.Random) -> None:
    """`migrate` under load, then the web server starts anew, as it does then."""
    await asyncio.to_thread(deploy, site)
    with suppress(ProcessLookupError):
        os.kill(_pid(site.web), signal.SIGTERM)


def faults_of(site: Site) -> list[Fault]:
    """The faults that can be made on this machine."""
    faults = [
        Fault("web server killed", kill_web),
        Fault("one web process killed", kill_one_web_process),
        Fault("PostgreSQL killed", kill_postgres),
        Fault("one PostgreSQL session killed", kill_one_session),
        Fault("all database connections ended", end_sessions),
        Fault("PostgreSQL frozen for 2 to 5 s", freeze_postgres),
        Fault("broker killed", kill_broker),
        Fault("worker killed", kill_worker),
        Fault("all connections of annotators cut", cut),
        Fault("replies lost for 2 to 5 s, then cut", half_open),
        Fault("`migrate` and a restart of the web", upgrade),
    ]
    if site.disk:
        faults.append(Fault("database's disk full for 4 to 8 s", fill_disk))
    return faults


def _pid(service: object) -> int:
    child = getattr(service, "_child", None)
    return int(child.pid) if child else 0
