"""Whose study a request to the REST API is about."""

from typing import Final, cast
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request

from accounts.api_requests import person
from annotation.models import Study
from annotation.selectors.people.access import studies_visible_to, study_or_404

# Of public ids in addresses.
UUID_PATTERN: Final = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def visible_studies(request: Request) -> QuerySet[Study]:
    return studies_visible_to(person(request))


def study_asked(request: Request, study_id: UUID | str) -> Study:
    """A study that the person may run; 404 for any other."""
    return study_or_404(person(request), cast("UUID", study_id))
