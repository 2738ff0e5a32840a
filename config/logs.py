"""Log lines as JSON, with the request or the job that each one is about.

On with LOG_FORMAT=json. What is logged of a request is its route, never its path: paths
hold ids of people's work, and invitations.
"""

import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from celery import current_task
from django.http import HttpRequest, HttpResponse

_REQUEST: ContextVar[str] = ContextVar("request_id", default="")
# A proxy's own id for the request, if it is one.
_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
# What callers may add to a record.
_EXTRAS = ("method", "route", "status", "milliseconds")

logger = logging.getLogger("config.requests")


class JsonLines(logging.Formatter):
    """One object a line: time (UTC), level, logger, message, ids, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request := _REQUEST.get():
            line["request_id"] = request
        if current_task and current_task.request.id:
            line["job_id"] = current_task.request.id
            line["job"] = current_task.name
        line |= {
            name: getattr(record, name) for name in _EXTRAS if hasattr(record, name)
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def name_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: give each request an id, and log how it ended."""

    def answer(request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-ID", "")
        token = _REQUEST.set(sent if _ID.fullmatch(sent) else uuid.uuid4().hex)
        began_at = time.perf_counter()
        try:
            response = get_response(request)
            match = request.resolver_match
            logger.info(
                "request",
                extra={
                    "method": request.method,
                    "route": match.route if match else "",
                    "status": response.status_code,
                    "milliseconds": round(1000 * (time.perf_counter() - began_at), 1),
                },
            )
            return response
        finally:
            _REQUEST.reset(token)

    return answer
