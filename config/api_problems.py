"""What the REST API answers where something can't be done: 4xx and words.

One shape for all: `detail` says what happened, `reasons` lists what is in the way or
wrong, one sentence each; empty where `detail` says it all.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError as InvalidRowError
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler

from annotation.errors import AnnotationError, StudyNotReadyError
from corpus.errors import CorpusError
from generation.errors import GenerationError

# Refusals by a rule, as the pages tell them.
_REFUSALS = (AnnotationError, CorpusError, GenerationError)


def answer_problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to an exception; None if it is a fault of ours."""
    if isinstance(error, _REFUSALS):
        reasons = error.reasons if isinstance(error, StudyNotReadyError) else []
        return _problem(status.HTTP_409_CONFLICT, str(error), reasons)
    if isinstance(error, ValidationError | InvalidRowError):
        reasons = [*_sentences(as_serializer_error(error))]
        return _problem(
            status.HTTP_400_BAD_REQUEST, _("Some values can't be used."), reasons
        )
    response: Response | None = exception_handler(error, dict(context))
    if response is not None and isinstance(response.data, dict):
        response.data.setdefault("reasons", [])
    return response


def _problem(code: int, detail: str, reasons: list[str]) -> Response:
    return Response({"detail": detail, "reasons": reasons}, status=code)


def _sentences(errors: object, where: str = "") -> Iterator[str]:
    """One line for each wrong value, with the way to it: `training.0.text: ...`."""
    if isinstance(errors, Mapping):
        for name, inner in errors.items():
            is_whole = name in ("non_field_errors", "__all__")
            yield from _sentences(inner, where if is_whole else _path(where, name))
    elif isinstance(errors, list):
        for number, inner in enumerate(errors):
            is_row = isinstance(inner, Mapping)
            yield from _sentences(inner, _path(where, number) if is_row else where)
    else:
        yield f"{where}: {errors}" if where else str(errors)


def _path(where: str, name: object) -> str:
    return f"{where}.{name}" if where else str(name)
