"""The REST API: studies, made, changed and taken through their states."""

from collections.abc import Callable
from copy import copy
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.api_permissions import IsFreshToChange
from accounts.api_requests import REFUSED, UNUSABLE, checked, given, person
from annotation.api.answers import ReadinessSerializer
from annotation.api.asked import UUID_PATTERN, study_asked, visible_studies
from annotation.api.examples import NEW_STUDY, STUDY_SETTINGS
from annotation.api.filters import StudyFilter
from annotation.api.given import GivenSettings, GivenStudy
from annotation.api.serializers import ProgressSerializer, StudySerializer
from annotation.errors import AnnotationError
from annotation.forms.studies.settings import StudyForm
from annotation.forms.studies.study_files import DescribedStudy
from annotation.forms.studies.templates import template_called
from annotation.models import Study, StudyState
from annotation.selectors.studies.readiness import readiness_of
from annotation.selectors.studies.reasons import (
    reasons_against_opening,
    reasons_against_seal,
)
from annotation.selectors.studies.sources import offered_sources
from annotation.selectors.studies.study_progress import study_progress
from annotation.services.studies.lifecycle import (
    archive_study,
    close_study,
    open_study,
    pause_study,
    resume_study,
    seal_study,
)
from annotation.services.studies.study import (
    copy_study,
    create_study,
    delete_study,
    update_study,
)


def _moves(summary: str) -> Callable[..., Any]:
    """A transition in the description of the API."""
    return extend_schema(
        summary=summary,
        request=None,
        responses={200: StudySerializer, 409: REFUSED},
        tags=["studies"],
    )


@extend_schema_view(
    list=extend_schema(summary="List your studies", tags=["studies"]),
    retrieve=extend_schema(summary="Get one study", tags=["studies"]),
)
class StudyViewSet(ReadOnlyModelViewSet[Study]):
    """The studies that you can read and run: your own, or all of them for an admin."""

    shows_progress = True
    queryset = Study.objects.none()
    serializer_class = StudySerializer
    filterset_class = StudyFilter
    lookup_field = "public_id"
    lookup_value_regex = UUID_PATTERN

    def get_queryset(self) -> QuerySet[Study]:
        return (
            visible_studies(self.request)
            .prefetch_related("sources")
            .annotate(batch_count=Count("batches", distinct=True))
        )

    def _answer(self, study: Study, code: int = status.HTTP_200_OK) -> Response:
        """The study as it is now."""
        shown = self.get_queryset().get(pk=study.pk)
        return Response(self.get_serializer(shown).data, status=code)

    @extend_schema(
        summary="Create a study",
        request=GivenStudy,
        responses={201: StudySerializer, 400: UNUSABLE, 409: REFUSED},
        examples=NEW_STUDY,
        tags=["studies"],
    )
    def create(self, request: Request) -> Response:
        """Create a draft with its videos, sources, texts, practice and checks.

        The body holds what a study file holds (`manage.py create_study`). If a study
        has the key already, nothing is created and the answer is 409: so a program
        that didn't hear the first answer can send the same again.
        """
        sent = given(request, GivenStudy)
        if Study.objects.filter(key=sent["key"]).exists():
            msg = _("A study with the key %(key)s exists already. Nothing was created.")
            raise AnnotationError(msg % {"key": sent["key"]})
        template = template_called(sent.get("template", ""))
        start = dict(template.settings) if template else {}
        settings = {name: sent[name] for name in sent if name != "template"}
        described = DescribedStudy(start | settings, sources=offered_sources())
        if described.errors:
            raise ValidationError(described.errors)
        study = create_study(
            study=described.study, content=described.content, actor=person(request)
        )
        return self._answer(study, status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change settings",
        request=GivenSettings,
        responses={200: StudySerializer, 400: UNUSABLE, 409: REFUSED},
        examples=STUDY_SETTINGS,
        tags=["studies"],
    )
    def partial_update(self, request: Request, public_id: str) -> Response:
        """Change the settings that you send.

        Those of the protocol only change while the study is a draft.
        """
        study = study_asked(request, public_id)
        sent = given(request, GivenSettings, is_partial=True)
        # As of a draft, so that the service says what the seal has fixed.
        draft = copy(study)
        draft.state = StudyState.DRAFT
        before = StudyForm(instance=draft).initial
        form = checked(StudyForm({**before, **sent}, instance=draft))
        changes = {name: form.cleaned_data[name] for name in sent}
        update_study(study=study, changes=changes, actor=person(request))
        return self._answer(study)

    @extend_schema(
        summary="Delete a draft",
        responses={204: None, 409: REFUSED},
        tags=["studies"],
    )
    def destroy(self, request: Request, public_id: str) -> Response:
        """Delete a draft with all that belongs to it; comments and videos stay."""
        delete_study(study=study_asked(request, public_id))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Copy a study",
        request=None,
        responses={201: StudySerializer},
        tags=["studies"],
    )
    @action(detail=True, methods=["post"])
    def copy(self, request: Request, public_id: str) -> Response:
        """Create a draft with the same settings, texts, sources and videos."""
        study = study_asked(request, public_id)
        draft = copy_study(study=study, actor=person(request))
        return self._answer(draft, status.HTTP_201_CREATED)

    # --- How far it is ----------------------------------------------------------

    @extend_schema(
        summary="Watch a study's progress",
        responses=ProgressSerializer,
        tags=["studies"],
    )
    @action(detail=True)
    def progress(self, request: Request, public_id: str) -> Response:
        """How far the study is, in counts."""
        study = study_asked(request, public_id)
        return Response(ProgressSerializer(study_progress(study)).data)

    @extend_schema(
        summary="See what a study lacks",
        responses=ReadinessSerializer,
        tags=["studies"],
    )
    @action(detail=True)
    def readiness(self, request: Request, public_id: str) -> Response:
        """What the batches hold, and what is in the way of the next transition."""
        study = study_asked(request, public_id)
        found = readiness_of(study)
        reasons = []
        if study.is_draft:
            reasons = reasons_against_seal(study, found)
        elif study.state == StudyState.SEALED:
            reasons = reasons_against_opening(study)
        return Response(ReadinessSerializer(found, context={"reasons": reasons}).data)

    # --- Transitions ------------------------------------------------------------

    def _move(
        self, public_id: str, reached: StudyState, make: Callable[..., Study]
    ) -> Response:
        """Make a transition; one that was made already changes nothing."""
        study = study_asked(self.request, public_id)
        if study.state != reached:
            make(study=study, actor=person(self.request))
        return self._answer(study)

    @_moves("Seal a draft")
    @action(detail=True, methods=["post"], permission_classes=[IsFreshToChange])
    def seal(self, request: Request, public_id: str) -> Response:  # noqa: ARG002
        """Fix the batches for good. `reasons` of a 409 lists what is missing."""
        return self._move(public_id, StudyState.SEALED, seal_study)

    @_moves("Open a sealed study")
    @action(detail=True, methods=["post"], url_path="open", url_name="open")
    def begin(self, request: Request, public_id: str) -> Response:  # noqa: ARG002
        """Let annotators begin."""
        return self._move(public_id, StudyState.OPEN, open_study)

    @_moves("Pause an open study")
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, public_id: str) -> Response:  # noqa: ARG002
        """Give out no new work; batches in progress can be finished."""
        return self._move(public_id, StudyState.PAUSED, pause_study)

    @_moves("Resume a paused study")
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, public_id: str) -> Response:  # noqa: ARG002
        """Give out work again."""
        return self._move(public_id, StudyState.OPEN, resume_study)

    @_moves("Close a study")
    @action(detail=True, methods=["post"])
    def close(self, request: Request, public_id: str) -> Response:  # noqa: ARG002
        """End the study for good."""
        return self._move(public_id, StudyState.CLOSED, close_study)

    @_moves("Archive a closed study")
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, public_id: str) -> Response:
        """Take it out of the list of studies; nothing else changes."""
        study = study_asked(request, public_id)
        archive_study(study=study, is_archived=True, actor=person(request))
        return self._answer(study)

    @_moves("Put an archived study back into the list")
    @action(detail=True, methods=["post"])
    def unarchive(self, request: Request, public_id: str) -> Response:
        """Put it back."""
        study = study_asked(request, public_id)
        archive_study(study=study, is_archived=False, actor=person(request))
        return self._answer(study)
