"""The REST API of generation rounds: started, watched, paused and retried by admins."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_permissions import IsAdmin
from accounts.api_requests import REFUSED, UNUSABLE, checked, given, person
from annotation.selectors.people.access import study_or_404
from generation.access import round_or_404
from generation.forms import RoundForm
from generation.installation import known_registry
from generation.models import LARGEST_SEED, GenerationRound, RoundScope, RoundState
from generation.selectors.models import Availability, ModelRow, model_rows
from generation.selectors.round_progress import (
    failures_of,
    round_progress,
)
from generation.selectors.rounds import round_rows
from generation.selectors.workers import queues_without_worker
from generation.services.rounds import (
    RoundLimits,
    cancel_round,
    open_round,
    pause_round,
    regenerate_flagged,
    resume_round,
    retry_failures,
)
from generation.tasks import wake_round_on_commit

_MethodT = TypeVar("_MethodT", bound=Callable[..., Response])


class ModelSerializer(serializers.Serializer[Any]):
    """A model that can write comments."""

    key = serializers.CharField(source="entry.key")
    title = serializers.CharField(source="entry.title")
    group = serializers.CharField()
    can_run = serializers.BooleanField(help_text=_("Whether a worker can run it now"))
    why_not = serializers.CharField()
    availability = serializers.ChoiceField(choices=Availability.choices)
    family = serializers.CharField(source="entry.family")
    workers = serializers.ListField(
        child=serializers.CharField(), help_text=_("Workers that serve its queue")
    )
    checks = serializers.SerializerMethodField(
        help_text=_("What it needs, with what is missing on the web's machine")
    )

    def get_checks(self, row: ModelRow) -> dict[str, str]:
        return {str(part): problem for part, problem in row.checks}


class GivenRound(serializers.Serializer[Any]):
    models = serializers.ListField(
        child=serializers.CharField(), help_text=_("Keys, as /api/models/ lists them")
    )
    scope = serializers.ChoiceField(
        choices=RoundScope.choices, default=RoundScope.MISSING
    )
    seed = serializers.IntegerField(required=False, min_value=0, max_value=LARGEST_SEED)
    max_usd = serializers.DecimalField(
        required=False,
        max_digits=10,
        decimal_places=2,
        min_value=Decimal("0.01"),
        help_text=_("The round pauses before servers could charge more"),
    )


class JobCountsSerializer(serializers.Serializer[Any]):
    """Comments that a model writes, or all of them, by state."""

    title = serializers.CharField()
    waiting = serializers.IntegerField()
    running = serializers.IntegerField()
    done = serializers.IntegerField()
    failed = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    flagged = serializers.IntegerField(help_text=_("Of the done ones"))


class FailureSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()


class RoundSerializer(serializers.Serializer[Any]):
    """A round, and how far it is."""

    public_id = serializers.UUIDField()
    study = serializers.CharField(help_text=_("Key; empty if it was deleted"))
    state = serializers.ChoiceField(choices=RoundState.choices)
    scope = serializers.ChoiceField(choices=RoundScope.choices)
    seed = serializers.IntegerField()
    max_usd = serializers.DecimalField(
        max_digits=10,
        decimal_places=2,
        allow_null=True,
        help_text=_("The round pauses before servers could charge more"),
    )
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    overall = JobCountsSerializer()
    models = JobCountsSerializer(many=True)
    failures = FailureSerializer(many=True, help_text=_("Failed jobs by reason"))
    queues_without_worker = serializers.ListField(
        child=serializers.CharField(),
        help_text=_("Queues in which jobs wait and no worker serves"),
    )


def _told(one: GenerationRound) -> dict[str, object]:
    progress = round_progress(one)
    return {
        **{
            name: getattr(one, name) for name in ("public_id", "state", "scope", "seed")
        },
        **{
            name: getattr(one, name)
            for name in ("max_usd", "created_at", "finished_at")
        },
        "study": one.study.key if one.study else "",
        "overall": progress.overall,
        "models": progress.models,
        "failures": failures_of(one),
        "queues_without_worker": queues_without_worker(one),
    }


def _shown(one: GenerationRound, code: int = status.HTTP_200_OK) -> Response:
    return Response(RoundSerializer(_told(one)).data, status=code)


class ModelsView(APIView):
    permission_classes = [IsAdmin]

    @extend_schema(
        summary="List the models that can write comments",
        responses=ModelSerializer(many=True),
        tags=["generation"],
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """Every entry of the registry, and whether a worker can run it now."""
        rows = model_rows(known_registry().entries.values())
        return Response(ModelSerializer(rows, many=True).data)


class StudyRoundsView(APIView):
    permission_classes = [IsAdmin]

    @extend_schema(
        summary="List the generation rounds of a study",
        responses=RoundSerializer(many=True),
        tags=["generation"],
    )
    def get(self, request: Request, study: UUID) -> Response:
        """Newest first, each with its progress."""
        rounds = round_rows().filter(study=study_or_404(person(request), study))
        return Response([RoundSerializer(_told(one)).data for one in rounds])

    @extend_schema(
        summary="Start a generation round",
        request=GivenRound,
        responses={201: RoundSerializer, 400: UNUSABLE, 409: REFUSED},
        examples=[
            OpenApiExample(
                "Two models write what is missing",
                value={"models": ["gpt-4o", "qwen2.5-vl-7b"]},
                request_only=True,
            )
        ],
        tags=["generation"],
    )
    def post(self, request: Request, study: UUID) -> Response:
        """Let models write comments for a draft's videos; they become its sources.

        Sent again while the first round is at it, it is refused: nothing is left.
        """
        chosen = study_or_404(person(request), study)
        sent = given(request, GivenRound)
        form = RoundForm(sent, entries=[*known_registry().entries.values()])
        del form.fields["study"]  # the address names it
        checked(form)
        one = open_round(
            study=chosen,
            entries=form.chosen,
            scope=form.chosen_scope,
            seed=form.cleaned_data["seed"],
            actor=person(request),
            limits=RoundLimits(max_usd=form.cleaned_data["max_usd"]),
        )
        wake_round_on_commit(one)
        return _shown(one, status.HTTP_201_CREATED)


class RoundView(APIView):
    permission_classes = [IsAdmin]

    @extend_schema(
        summary="Watch a generation round",
        responses=RoundSerializer,
        tags=["generation"],
    )
    def get(self, request: Request, round_id: UUID) -> Response:  # noqa: ARG002
        """How far each model is, what failed, and what waits for a worker."""
        return _shown(round_or_404(round_id))


def _acts(summary: str) -> Callable[[_MethodT], _MethodT]:
    """An action on a round, in the description of the API."""
    made: Callable[[_MethodT], _MethodT] = extend_schema(
        summary=summary,
        request=None,
        responses={200: RoundSerializer, 409: REFUSED},
        tags=["generation"],
    )
    return made


class RoundPauseView(APIView):
    permission_classes = [IsAdmin]

    @_acts("Pause a generation round")
    def post(self, request: Request, round_id: UUID) -> Response:  # noqa: ARG002
        """Begin no more jobs; those in progress are finished."""
        one = round_or_404(round_id)
        if one.state != RoundState.PAUSED:
            pause_round(generation_round=one)
        return _shown(one)


class RoundResumeView(APIView):
    permission_classes = [IsAdmin]

    @_acts("Resume a paused generation round")
    def post(self, request: Request, round_id: UUID) -> Response:  # noqa: ARG002
        """Go on with it."""
        one = round_or_404(round_id)
        if one.state != RoundState.OPEN:
            resume_round(generation_round=one)
        wake_round_on_commit(one)
        return _shown(one)


class RoundCancelView(APIView):
    permission_classes = [IsAdmin]

    @_acts("Cancel a generation round")
    def post(self, request: Request, round_id: UUID) -> Response:
        """End it: what is written stays."""
        one = round_or_404(round_id)
        if one.state != RoundState.CANCELLED:
            cancel_round(generation_round=one, actor=person(request))
        return _shown(one)


class RoundRetryView(APIView):
    permission_classes = [IsAdmin]

    @_acts("Retry the failed jobs of a generation round")
    def post(self, request: Request, round_id: UUID) -> Response:  # noqa: ARG002
        """Queue them again."""
        one = round_or_404(round_id)
        retry_failures(generation_round=one)
        wake_round_on_commit(one)
        return _shown(one)


class RoundRegenerateView(APIView):
    permission_classes = [IsAdmin]

    @_acts("Regenerate the flagged comments of a generation round")
    def post(self, request: Request, round_id: UUID) -> Response:  # noqa: ARG002
        """Queue flagged jobs again, with another seed."""
        one = round_or_404(round_id)
        regenerate_flagged(generation_round=one)
        wake_round_on_commit(one)
        return _shown(one)
