"""Playback files and posters: in parts, cached for long, for those who may watch."""

import os
from collections.abc import Iterator
from http import HTTPStatus
from typing import BinaryIO

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotFound,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe, quote_etag
from django.views.decorators.http import require_safe

from corpus.media_access import watcher_required
from corpus.media_files import POSTER_SUFFIX, stored
from corpus.ranges import ByteRange, UnsatisfiableRangeError, requested_range

_CHUNK_BYTES = 64 * 1024
# What lies under an opaque name never changes; it is not for shared caches.
_CACHING = "private, max-age=31536000, immutable"


@require_safe
@watcher_required
def media_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """One file below MEDIA_ROOT, whole or the part that is asked for."""
    response = (
        HttpResponse(headers={"X-Accel-Redirect": settings.MEDIA_X_ACCEL_PREFIX + path})
        if settings.MEDIA_X_ACCEL_PREFIX
        else _from_disk(request, path)
    )
    is_poster = path.endswith(POSTER_SUFFIX)
    response["Content-Type"] = "image/jpeg" if is_poster else "video/mp4"
    if response.status_code < HTTPStatus.BAD_REQUEST:
        response["Cache-Control"] = _CACHING
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _from_disk(request: HttpRequest, path: str) -> HttpResponseBase:
    try:
        file = stored(path).open("rb")
    except FileNotFoundError:
        return HttpResponseNotFound()
    facts = os.fstat(file.fileno())
    etag = quote_etag(f"{facts.st_size:x}-{facts.st_mtime_ns:x}")
    modified = int(facts.st_mtime)
    response = get_conditional_response(request, etag, modified) or _answer(
        request, file, _range_header(request, etag, modified)
    )
    if not response.streaming:
        file.close()
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified)
    response["Accept-Ranges"] = "bytes"
    return response


def _range_header(request: HttpRequest, etag: str, modified: int) -> str:
    """What part is asked for; ranges are for GET, and of the file the client knows."""
    if request.method != "GET":
        return ""
    if_range = request.headers.get("If-Range", etag)
    if if_range != etag and parse_http_date_safe(if_range) != modified:
        return ""
    return request.headers.get("Range", "")


def _answer(
    request: HttpRequest, file: BinaryIO, range_header: str
) -> HttpResponse | StreamingHttpResponse:
    size = os.fstat(file.fileno()).st_size
    try:
        part = requested_range(range_header, size)
    except UnsatisfiableRangeError:
        status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        return HttpResponse(status=status, headers={"Content-Range": f"bytes */{size}"})
    sent = part or ByteRange(0, size - 1)
    response: HttpResponse | StreamingHttpResponse = (
        HttpResponse()
        if request.method == "HEAD"
        else StreamingHttpResponse(_FilePart(file, sent))
    )
    response["Content-Length"] = str(sent.length)
    if part is not None:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response["Content-Range"] = f"bytes {part.start}-{part.end}/{size}"
    return response


class _FilePart:
    """Some bytes of an open file, piece by piece; closed with the response."""

    def __init__(self, file: BinaryIO, part: ByteRange) -> None:
        self._file = file
        self._part = part

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(self._part.start)
        left = self._part.length
        while left and (chunk := self._file.read(min(left, _CHUNK_BYTES))):
            left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self._file.close()
