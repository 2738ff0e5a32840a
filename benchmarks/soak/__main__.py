"""Annotators at work while parts of the platform are killed: is anything lost?

    python3 bootstrap.py soak [--minutes 5] [--annotators 50] [--seed N] [--write FILE]

PostgreSQL, broker, web server and worker run under the demo's own supervisor; faults
come at random moments. After each one all annotators pause, and what is stored is
compared with what was acknowledged, both ways; `check_integrity`'s rules are checked
as well. The exit status is 1 if anything was found.
"""

import argparse
import asyncio
import secrets
import signal
import socket
import sys
from functools import partial
from pathlib import Path

from benchmarks.soak.annotators import Manner
from benchmarks.soak.results import Results
from benchmarks.soak.running import Soak
from benchmarks.soak.site import Site, site

_REDUNDANCY = 3
_CLOCK = "a jump of the clock: it would be that of everything on this machine"
_DISK = "a full disk: this user may not mount a small one"


def main() -> int:
    """Run the command line; return the exit status."""
    options = _options()
    # So that services and the small disk go with it, also without a terminal.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    with site(port) as here:
        results = _soak(here, options)
    print(results.markdown())
    if options.write:
        results.write(options.write)
    return 1 if results.findings else 0


def _soak(here: Site, options: argparse.Namespace) -> Results:
    from django.db import connection

    from benchmarks.seeding import make_annotators, make_study

    study = make_study(videos=options.videos, redundancy=_REDUNDANCY)
    people = make_annotators(study, options.annotators)
    connection.close()
    results = Results(
        command=" ".join(["python3 bootstrap.py soak", *sys.argv[1:]]),
        seed=options.seed,
        annotators=options.annotators,
        skipped=[_CLOCK, *([] if here.disk else [_DISK])],
    )
    soak = Soak(
        here,
        (study.pk, str(study.public_id)),
        people,
        results,
        manner=Manner(options.pace, options.haste),
        say=partial(print, flush=True),
    )
    asyncio.run(soak.run(options.minutes * 60))
    return results


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bootstrap.py soak",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--annotators", type=int, default=50)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--videos", type=int, default=600)
    parser.add_argument("--pace", type=float, default=1.0, help="seconds an answer")
    parser.add_argument(
        "--haste",
        type=float,
        default=1.0,
        help="the page's pauses before it tries again, times this",
    )
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="put the table into this page"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
