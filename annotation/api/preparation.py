"""The REST API: what annotators are asked, and what prepares and checks them."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_requests import REFUSED, UNUSABLE, given, person
from annotation.api.asked import study_asked
from annotation.api.given import GivenChecks, GivenQuestions, GivenTraining
from annotation.forms.studies.preparation import Part
from annotation.forms.studies.preparation_rows import (
    Rows,
    row_errors,
    row_forms,
    shown_rows,
)
from annotation.models import Study
from annotation.services.studies.preparation import (
    replace_attention_checks,
    replace_questions,
    replace_training_items,
)


class InstrumentView(APIView):
    @extend_schema(
        summary="Read what annotators are asked",
        responses=OpenApiTypes.OBJECT,
        tags=["contents"],
    )
    def get(self, request: Request, study: UUID) -> Response:
        """Questions, verdicts and realism scale, with every word and key.

        PATCH the study's `instrument` to choose another one for a draft.
        """
        return Response(study_asked(request, study).instrument.as_json())


class TrainingView(APIView):
    """The practice comments of a study."""

    @extend_schema(
        summary="Read the practice", responses=GivenTraining, tags=["contents"]
    )
    def get(self, request: Request, study: UUID) -> Response:
        """Every practice comment, in its order, as PUT takes it."""
        return _shown(study_asked(request, study), Part.TRAINING)

    @extend_schema(
        summary="Set the practice",
        request=GivenTraining,
        responses={200: GivenTraining, 400: UNUSABLE, 409: REFUSED},
        tags=["contents"],
    )
    def put(self, request: Request, study: UUID) -> Response:
        """Replace the practice comments of a draft by these."""
        chosen = study_asked(request, study)
        rows = given(request, GivenTraining)["training"]
        items = _made(chosen, Part.TRAINING, rows)
        replace_training_items(study=chosen, items=items, actor=person(request))
        return _shown(chosen, Part.TRAINING)


class QuestionsView(APIView):
    """The comprehension questions of a study."""

    @extend_schema(
        summary="Read the comprehension questions",
        responses=GivenQuestions,
        tags=["contents"],
    )
    def get(self, request: Request, study: UUID) -> Response:
        """Every question with its choices; a star stands before the right one."""
        return _shown(study_asked(request, study), Part.QUESTIONS)

    @extend_schema(
        summary="Set the comprehension questions",
        request=GivenQuestions,
        responses={200: GivenQuestions, 400: UNUSABLE, 409: REFUSED},
        tags=["contents"],
    )
    def put(self, request: Request, study: UUID) -> Response:
        """Replace the questions of a draft by these."""
        chosen = study_asked(request, study)
        rows = given(request, GivenQuestions)["questions"]
        questions = _made(chosen, Part.QUESTIONS, rows)
        replace_questions(study=chosen, questions=questions, actor=person(request))
        return _shown(chosen, Part.QUESTIONS)


class ChecksView(APIView):
    """The attention checks of a study."""

    @extend_schema(
        summary="Read the attention checks", responses=GivenChecks, tags=["contents"]
    )
    def get(self, request: Request, study: UUID) -> Response:
        """Every check, and what it expects."""
        return _shown(study_asked(request, study), Part.CHECKS)

    @extend_schema(
        summary="Set the attention checks",
        request=GivenChecks,
        responses={200: GivenChecks, 400: UNUSABLE, 409: REFUSED},
        tags=["contents"],
    )
    def put(self, request: Request, study: UUID) -> Response:
        """Replace the checks of a draft by these.

        `attention_checks_per_batch`, a setting, says how many of them a batch gets.
        """
        chosen = study_asked(request, study)
        checks = _made(chosen, Part.CHECKS, given(request, GivenChecks)["checks"])
        replace_attention_checks(study=chosen, checks=checks, actor=person(request))
        return _shown(chosen, Part.CHECKS)


def _shown(study: Study, part: Part) -> Response:
    return Response({part.value: shown_rows(study, part)})


def _made(study: Study, part: Part, rows: Rows) -> list[Any]:
    """The rows that were sent, not saved yet."""
    forms = row_forms(part, rows, study.instrument)
    if errors := [*row_errors(part.value, forms)]:
        raise ValidationError(errors)
    return [form.save(commit=False) for form in forms]
