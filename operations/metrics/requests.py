"""What each web process counts: its requests, and its connections to PostgreSQL."""

import time
from collections.abc import Callable
from typing import Final

from django.db import connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Gauge, Histogram

# Seconds: a saved answer takes some milliseconds, a large report some seconds.
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
REQUEST_SECONDS = Histogram(
    "mimic_request_seconds",
    "How long requests took, by the view's name.",
    ["view", "method", "status"],
    buckets=_BUCKETS,
)
# Anybody can send any word as a method.
_METHODS: Final = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

_POOL_NOW: Final = {
    name: Gauge(f"mimic_database_{key}", words, multiprocess_mode="livesum")
    for name, key, words in (
        ("pool_size", "pool_connections", "Connections that web processes hold."),
        ("pool_available", "pool_free", "Of these, connections that are not in use."),
        ("requests_waiting", "pool_waiting", "Threads that wait for a connection."),
    )
}
_POOL_COUNTED: Final = {
    name: Counter(f"mimic_database_{key}", words)
    for name, key, words in (
        ("requests_num", "pool_requests", "Connections asked for."),
        ("requests_queued", "pool_queued", "Of these, those that had to wait."),
        ("requests_errors", "pool_errors", "Of these, those that were not given."),
        ("connections_lost", "pool_lost", "Connections that were found broken."),
    )
}


def count_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the outermost: count every request and how long it took."""

    def answer(request: HttpRequest) -> HttpResponse:
        began_at = time.perf_counter()
        response = get_response(request)
        seconds = time.perf_counter() - began_at
        match = request.resolver_match
        # Never the path: it holds ids of people's work, and anybody can make one up.
        view = (match.view_name or match.route) if match else "none"
        method = request.method if request.method in _METHODS else "other"
        REQUEST_SECONDS.labels(view, method, response.status_code).observe(seconds)
        _note_pool()
        return response

    return answer


def _note_pool() -> None:
    """Take over what the pool of connections counted since the last request."""
    pool = getattr(connection, "pool", None)
    if pool is None:
        return
    # One thread gets what all have added up to; none is counted twice.
    stats = pool.pop_stats()
    for name, gauge in _POOL_NOW.items():
        gauge.set(stats.get(name, 0))
    for name, counter in _POOL_COUNTED.items():
        counter.inc(stats.get(name, 0))
