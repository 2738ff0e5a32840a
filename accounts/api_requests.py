"""What views of the REST API share: who asks, what was sent, and how they refuse."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar, cast

from django.forms import BaseForm
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.models import User

_FormT = TypeVar("_FormT", bound=BaseForm)


class ProblemSerializer(serializers.Serializer[Any]):
    """Why something wasn't done."""

    detail = serializers.CharField(
        help_text=gettext_lazy("What happened, and what to do")
    )
    reasons = serializers.ListField(
        child=serializers.CharField(),
        help_text=gettext_lazy("What is in the way or wrong, one sentence each"),
    )


REFUSED: Final = OpenApiResponse(
    ProblemSerializer, description="A rule forbids it; nothing was changed"
)
UNUSABLE: Final = OpenApiResponse(
    ProblemSerializer, description="Some values can't be used"
)


def person(request: Request) -> User:
    """Who asks; the permission has let them in."""
    return cast("User", request.user)


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
