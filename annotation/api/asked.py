"""What views of the REST API share: whose study it is, and what was sent."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from django.db.models import QuerySet
from django.forms import BaseForm
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.models import User
from annotation.models import Study
from annotation.selectors.people.access import studies_visible_to, study_or_404

# Of public ids in addresses.
UUID_PATTERN: Final = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

_FormT = TypeVar("_FormT", bound=BaseForm)


def person(request: Request) -> User:
    """Who asks; the permission has let them in."""
    return cast("User", request.user)


def visible_studies(request: Request) -> QuerySet[Study]:
    return studies_visible_to(person(request))


def study_asked(request: Request, study_id: UUID | str) -> Study:
    """A study that the person may run; 404 for any other."""
    return study_or_404(person(request), cast("UUID", study_id))


def given(
    request: Request,
    shape: type[serializers.Serializer[Any]],
    *,
    is_partial: bool = False,
) -> Mapping[str, Any]:
    """What was sent, of the right shape; if partial, nothing is required.

    Raises:
        ValidationError: it isn't.
    """
    if isinstance(request.data, Mapping):
        _refuse_unknown(request.data, shape)
    sent = shape(data=request.data, partial=is_partial)
    sent.is_valid(raise_exception=True)
    return cast("Mapping[str, Any]", sent.validated_data)


def _refuse_unknown(
    data: Mapping[str, Any], shape: type[serializers.Serializer[Any]]
) -> None:
    """A misspelt name would be a setting that silently isn't set."""
    known = shape().fields
    unknown = [name for name in data if name not in known]
    if unknown:
        raise ValidationError({name: [_("Unknown field.")] for name in unknown})


def checked(form: _FormT) -> _FormT:
    """A form of the pages that has nothing against what was sent.

    Raises:
        ValidationError: it has.
    """
    if not form.is_valid():
        told = {name: [*map(str, found)] for name, found in form.errors.items()}
        raise ValidationError(told)
    return form
