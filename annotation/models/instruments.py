"""A study's measuring instrument as a column: JSON in the database, typed in Python."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext as _

from annotation.instrument import (
    PAPER,
    Instrument,
    InstrumentError,
    instrument_from_json,
)

if TYPE_CHECKING:
    _JSONField = models.JSONField[Instrument | Mapping[str, Any], Instrument]
else:
    _JSONField = models.JSONField


def default_instrument() -> Instrument:
    """The paper's, unless the study chooses another."""
    return PAPER


@lru_cache(maxsize=128)
def _stored_instrument(text: str) -> Instrument:
    """Every request of the judge page reads one; few different ones exist."""
    return instrument_from_json(json.loads(text))


class InstrumentField(_JSONField):
    """Holds an `Instrument` with all its values; refuses anything else."""

    def from_db_value(
        self,
        value: str | None,
        expression: Expression,
        connection: BaseDatabaseWrapper,
    ) -> Any:  # noqa: ANN401
        if value is None:
            return None
        if isinstance(expression, KeyTransform):
            return super().from_db_value(value, expression, connection)
        return _stored_instrument(value)

    def to_python(self, value: object) -> Instrument:
        if isinstance(value, Instrument):
            return value
        if not isinstance(value, Mapping):
            raise ValidationError(_("An instrument must be a JSON object."))
        try:
            return instrument_from_json(value)
        except InstrumentError as error:
            raise ValidationError(str(error)) from error

    def get_prep_value(self, value: object) -> object:
        """Look-ups compare with parts of an instrument as well."""
        return value.as_json() if isinstance(value, Instrument) else value

    def get_db_prep_save(
        self, value: object, connection: BaseDatabaseWrapper
    ) -> object:
        return super().get_db_prep_save(self.to_python(value), connection)

    def validate(self, value: Instrument, model_instance: models.Model | None) -> None:
        super().validate(value.as_json(), model_instance)
