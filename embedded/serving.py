"""The web server: Granian, with the application loaded once and then forked.

Two processes that load Django each for themselves take twice the time and memory
until the first page. Whole requests alone reach the application's threads
(`whole_bodies`). Run as `python -m embedded.serving HOST PORT`.
"""

import argparse
import gc
import os
from importlib import import_module
from typing import cast

from a2wsgi import WSGIMiddleware
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from embedded.whole_bodies import Application, Limits, WholeBodies

MODULE, NAME = "config.wsgi", "application"
PROCESSES = 2
# Each of them may hold one database connection of its process's pool.
THREADS = 4
# What a request that has begun may still take when the server stops.
STOP_SECONDS = 5


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    os.environ["DATABASE_POOL_SIZE"] = str(THREADS)
    import_module(MODULE)
    _load_views()
    # What is loaded stays shared: collecting would write to all of it in each process.
    gc.freeze()
    MPServer(
        "embedded.serving:make_application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=PROCESSES,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve()


def make_application() -> Application:
    """What each process serves, with threads of its own."""
    from django.conf import settings

    pages = getattr(import_module(MODULE), NAME)
    limits = Limits(
        form_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        upload_bytes=settings.UPLOAD_MAX_BYTES,
    )
    # Its own names for the messages are the same dictionaries.
    in_threads = cast("Application", WSGIMiddleware(pages, workers=THREADS))
    return WholeBodies(in_threads, limits)


def _load_views() -> None:
    """Import the views, which Django otherwise does at the first request."""
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 (a property that imports)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    options = parser.parse_args()
    serve(options.host, options.port)
